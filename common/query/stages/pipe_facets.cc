// facets 10: for each field its most frequent values. What has too many values, like ids, is left
// out.
#include <algorithm>
#include <optional>

#include "query/pipeline/held_rows.h"
#include "query/pipeline/stage.h"
#include "query/pipeline/stage_args.h"
#include "query/table/value_interner.h"
#include "record/fields.h"

namespace logmill::query {
namespace {

constexpr std::uint64_t kValuesDefault = 10;
// A field with more values than this does not sort records into kinds; and it bounds the memory.
constexpr std::size_t kDistinctMax = 1'000;
// Nor does one with such long values: a message.
constexpr std::size_t kValueBytesMax = 200;

class Facets : public PipeStage {
 public:
  Facets(std::uint64_t values_max, Stage& next) : PipeStage(next), values_max_(values_max) {}

  bool satisfied() const override { return false; }

  base::Status push(const Rows& rows) override {
    for (const std::string_view name : rows.table.field_names()) {
      if (name == record::kTimestamp) continue;
      Field& field = field_of(name);
      if (!field.values) continue;
      LOGMILL_ASSIGN_OR_RETURN(const ColumnView column, rows.table.field(name));
      for (const std::uint32_t row : rows.selected) count(field, column.at(row));
    }
    return {};
  }

  base::Status finish() override {
    std::ranges::sort(fields_, {}, &Field::name);
    record::Batch batch;
    for (const Field& field : fields_)
      if (field.values) add_rows(field, batch);
    static const std::vector<std::string> kNames = {"field", "value", "count"};
    BatchTable table(batch);
    Projection projection(table, kNames);
    LOGMILL_RETURN_IF_ERROR(next().push({projection, all_rows(batch.rows())}));
    return next().finish();
  }

 private:
  struct Field {
    std::string name;
    std::optional<ValueInterner> values;  // gone once there are too many
    std::vector<std::int64_t> counts;
  };

  Field& field_of(std::string_view name) {
    const auto found = std::ranges::find(fields_, name, &Field::name);
    if (found != fields_.end()) return *found;
    fields_.push_back({std::string(name), ValueInterner(), {}});
    return fields_.back();
  }

  static void count(Field& field, const record::Value& value) {
    if (!value.present() || !field.values) return;
    const std::uint32_t id = field.values->intern(value);
    field.counts.resize(field.values->size());
    ++field.counts[id];
    const bool long_text = value.is_text() && value.text().size() > kValueBytesMax;
    if (field.values->size() > kDistinctMax || long_text) field.values.reset();
  }

  void add_rows(const Field& field, record::Batch& batch) const {
    for (const std::uint32_t id : most_frequent(*field.values, field.counts, values_max_)) {
      const std::size_t row = batch.add_row();
      batch.set("field", row, record::Value::string(field.name));
      batch.set("value", row, field.values->at(id));
      batch.set("count", row, record::Value::integer(field.counts[id]));
    }
  }

  std::uint64_t values_max_;
  std::vector<Field> fields_;
};

class FacetsNode : public StageNode {
 public:
  explicit FacetsNode(std::uint64_t values_max) : values_max_(values_max) {}
  void print(std::string& out) const override { out += "facets " + std::to_string(values_max_); }
  std::unique_ptr<Stage> start(Stage& next, Workspace&) const override { return std::make_unique<Facets>(values_max_, next); }
  std::unique_ptr<Stage> start_all(Stage& next, Workspace&) const override { return std::make_unique<Facets>(kDistinctMax, next); }
  std::optional<std::vector<std::string>> row_keys() const override { return std::vector<std::string>{"field", "value"}; }
  Flow flow() const override { return Flow::all; }
  std::string chart() const override { return "count"; }

 private:
  std::uint64_t values_max_;  // of each field
};

}  // namespace

extern constexpr StageSpec kFacets{.name = "facets",
                                   .usage = "facets [N]",
                                   .summary = "the N most frequent values (10) of every field that has at most 1000",
                                   .sample = "level>=error | facets 5",
                                   .parse = [](Lexer& lexer, const Context&) -> base::Result<std::unique_ptr<StageNode>> {
                                     LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t values_max, take_count(lexer, kValuesDefault));
                                     return std::unique_ptr<StageNode>(std::make_unique<FacetsNode>(values_max));
                                   }};

}  // namespace logmill::query
