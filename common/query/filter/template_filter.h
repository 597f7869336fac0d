// Tests texts that are stored as templates: once for each template, then variables, and whole texts
// only where it must be.
#pragma once

#include "query/filter/filter_plan.h"
#include "query/filter/predicate.h"
#include "store/template_column.h"

namespace logmill::query {

// keep[row] &= predicate of the row's text; false where it has none. Fails with corrupt if the
// column is damaged.
base::Status narrow_templates(store::TemplateColumn& column, const Predicate& predicate, Mask& keep);

}  // namespace logmill::query
