// Terms without a field: on the text of a record.
#include <algorithm>

#include "query/filter/filter_leaf.h"
#include "query/filter/template_filter.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

class Text : public FilterNode {
 public:
  Text(std::unique_ptr<Predicate> predicate, int cost) : predicate_(std::move(predicate)), cost_(cost) {}

  base::Status narrow(Table& table, Mask& keep) const override {
    LOGMILL_ASSIGN_OR_RETURN(store::TemplateColumn* const messages, table.templates(record::kMessage));
    if (messages && messages->in_all_rows()) return narrow_templates(*messages, *predicate_, keep);
    Mask rest = keep;  // rows whose text has not been found yet
    Mask hits(keep.size(), 0);
    for (const std::string_view name : {record::kMessage, record::kRaw}) {
      LOGMILL_ASSIGN_OR_RETURN(store::TemplateColumn* const templates, table.templates(name));
      if (templates) {
        LOGMILL_RETURN_IF_ERROR(add_hits(*templates, rest, hits));
        if (!forget_present(*templates, rest)) break;
        continue;
      }
      LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, table.column(name));
      add_hits(column, rest, hits);
      if (!forget_present(column, rest)) break;
    }
    if (std::ranges::any_of(rest, [](auto flag) { return flag != 0; })) LOGMILL_RETURN_IF_ERROR(search_all_fields(table, rest, hits));
    keep = std::move(hits);
    return {};
  }
  int cost() const override { return cost_; }

 private:
  void add_hits(const ColumnView& column, const Mask& among, Mask& hits) const {
    Mask found = among;
    narrow_column(column, *predicate_, found);
    for (std::size_t i = 0; i < hits.size(); ++i) hits[i] |= found[i];
  }

  base::Status add_hits(store::TemplateColumn& column, const Mask& among, Mask& hits) const {
    Mask found = among;
    LOGMILL_RETURN_IF_ERROR(narrow_templates(column, *predicate_, found));
    for (std::size_t i = 0; i < hits.size(); ++i) hits[i] |= found[i];
    return {};
  }

  static bool forget_present(const store::TemplateColumn& column, Mask& rest) {
    const auto ids = column.template_of();
    bool left = false;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      rest[i] = rest[i] && ids[i] == store::TemplateColumn::kNoTemplate;
      left = left || rest[i];
    }
    return left;
  }

  // Clears the rows that have the column; false if none are left.
  static bool forget_present(const ColumnView& column, Mask& rest) {
    bool left = false;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      rest[i] = rest[i] && !column.at(i).present();
      left = left || rest[i];
    }
    return left;
  }

  base::Status search_all_fields(Table& table, const Mask& rest, Mask& hits) const {
    for (const std::string_view name : table.field_names()) {
      if (name == record::kTimestamp) continue;
      LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, table.field(name));
      add_hits(column, rest, hits);
    }
    return {};
  }

  std::unique_ptr<Predicate> predicate_;
  int cost_;
};

}  // namespace

std::unique_ptr<FilterNode> plan_text_term(std::unique_ptr<Predicate> predicate, int cost) {
  return std::make_unique<Text>(std::move(predicate), cost);
}

}  // namespace logmill::query
