// sort -count, service: by one field, then the next; a minus in front turns the order round.
#include <algorithm>

#include "query/held_rows.h"
#include "query/stage_args.h"
#include "query/value_order.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

struct SortKey {
  std::string field;
  bool descending = false;
};

class Sort : public PipeStage {
 public:
  Sort(const std::vector<SortKey>& keys, Stage& next) : PipeStage(next), keys_(keys) {}

  bool satisfied() const override { return false; }
  base::Status push(const Rows& rows) override { return held_.add(rows); }

  base::Status finish() override {
    const auto table = held_.table();
    std::vector<ColumnView> columns;
    for (const SortKey& key : keys_) {
      if (key.field == record::kLevel || key.field == record::kTimestamp) {
        columns.emplace_back();
        continue;
      }
      LOGMILL_ASSIGN_OR_RETURN(columns.emplace_back(), table->column(key.field));
    }
    std::vector<std::uint32_t> order = all_rows(held_.size());
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
      for (std::size_t key = 0; key < keys_.size(); ++key)
        if (const auto result = compare(keys_[key], columns[key], a, b); result != 0) return result < 0;
      return false;
    });
    LOGMILL_RETURN_IF_ERROR(next().push({*table, order}));
    return next().finish();
  }

 private:
  // Rows without the field come last, whichever way the order goes.
  std::weak_ordering compare(const SortKey& key, const ColumnView& column, std::uint32_t a, std::uint32_t b) const {
    const record::Value x = sort_value(key, column, a), y = sort_value(key, column, b);
    if (x.present() != y.present()) return x.present() ? std::weak_ordering::less : std::weak_ordering::greater;
    return key.descending ? compare_values(y, x) : compare_values(x, y);
  }

  // Times and levels by their amount, not by their text.
  record::Value sort_value(const SortKey& key, const ColumnView& column, std::uint32_t row) const {
    if (key.field == record::kTimestamp) {
      const base::TimeNs time = held_.batch().times()[row];
      return time == record::kNoTime ? record::Value{} : record::Value::integer(time);
    }
    if (key.field == record::kLevel) {
      const record::Severity level = held_.batch().levels()[row];
      return level == record::Severity::none ? record::Value{} : record::Value::integer(static_cast<int>(level));
    }
    return column.at(row);
  }

  const std::vector<SortKey>& keys_;
  HeldRows held_;
};

class SortNode : public StageNode {
 public:
  explicit SortNode(std::vector<SortKey> keys) : keys_(std::move(keys)) {}
  void print(std::string& out) const override {
    out += "sort ";
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (i > 0) out += ", ";
      if (keys_[i].descending) out.push_back('-');
      append_field_argument(out, keys_[i].field);
    }
  }
  std::unique_ptr<Stage> start(Stage& next) const override { return std::make_unique<Sort>(keys_, next); }
  std::vector<std::string_view> fields() const override {
    std::vector<std::string_view> fields;
    for (const SortKey& key : keys_) fields.push_back(key.field);
    return fields;
  }
  bool keeps_fields() const override { return true; }
  Flow flow() const override { return Flow::all; }

 private:
  std::vector<SortKey> keys_;
};

base::Result<std::unique_ptr<StageNode>> parse_sort(Lexer& lexer, const Context&) {
  std::vector<SortKey> keys;
  lexer.take_keyword("by");
  do {
    SortKey key;
    key.descending = lexer.take("-");
    LOGMILL_ASSIGN_OR_RETURN(key.field, take_field(lexer));
    if (lexer.take_keyword("desc"))
      key.descending = true;
    else
      lexer.take_keyword("asc");
    keys.push_back(std::move(key));
  } while (lexer.take(","));
  return std::unique_ptr<StageNode>(std::make_unique<SortNode>(std::move(keys)));
}

}  // namespace

extern constexpr StageSpec kSort{.name = "sort",
                                 .usage = "sort [-]FIELD, ...",
                                 .summary = "in the order of a field; - for the greatest first",
                                 .sample = "* | sort -count, service",
                                 .parse = parse_sort};

}  // namespace logmill::query
