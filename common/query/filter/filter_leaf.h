// The terms of a filter that are not like the others: on the time, on the level, on the text of a
// record.
#pragma once

#include <array>
#include <memory>

#include "query/filter/filter_plan.h"
#include "query/filter/predicate.h"
#include "record/severity.h"

namespace logmill::query {

base::Result<std::unique_ptr<FilterNode>> plan_time_term(const Term& term, const Context& context);
base::Result<std::unique_ptr<FilterNode>> plan_level_term(const Term& term, const Context& context);
// Which levels a term on them lets through; never Severity::none.
using Severities = std::array<bool, record::kSeverities>;
base::Result<Severities> levels_of(const Term& term, const Context& context);
// On `message`; in records without it on `raw`; in records without either on every field but the
// time.
std::unique_ptr<FilterNode> plan_text_term(std::unique_ptr<Predicate> predicate, int cost);

// keep[i] &= predicate of row i; once for each entry of a dictionary.
void narrow_column(const ColumnView& column, const Predicate& predicate, Mask& keep);

// The moment that a literal of a query means.
base::Result<base::TimeNs> time_of(const Literal& literal, const Context& context);

}  // namespace logmill::query
