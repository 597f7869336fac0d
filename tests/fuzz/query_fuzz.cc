// Any text is a query or a well-placed error; a query prints back to text that parses to the same,
// and runs.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "query/query.h"
#include "query/typed_end.h"

namespace {

using namespace logmill;

class Swallow : public query::Stage {
 public:
  base::Status push(const query::Rows& rows) override {
    for (const std::string_view name : rows.table.field_names())
      if (!rows.table.field(name)) std::abort();
    return {};
  }
  base::Status finish() override { return {}; }
  bool satisfied() const override { return false; }
};

record::Batch sample_batch() {
  record::Batch batch;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t row = batch.add_row();
    batch.times()[row] = static_cast<std::int64_t>(i) * base::kNsPerSecond;
    batch.levels()[row] = record::Severity::error;
    batch.set("message", row, record::Value::string("user bob from 10.0.0.1"));
    batch.set("a", row, record::Value::integer(static_cast<std::int64_t>(i)));
  }
  return batch;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const record::Batch batch = sample_batch();
  const query::Context context{.now = 1'795'256'100 * base::kNsPerSecond, .utc = true};
  const std::string_view typed(reinterpret_cast<const char*>(data), size);
  if (query::typed_end(typed).start > size) std::abort();
  const auto parsed = query::Query::parse(typed, context);
  if (!parsed) return 0;
  const std::string text = parsed->text();
  const auto again = query::Query::parse(text, context);
  if (!again || again->text() != text || !(again->filter().expr() == parsed->filter().expr())) std::abort();
  Swallow last;
  query::Pipeline pipeline(*parsed, last);
  query::BatchTable table(batch);
  if (!pipeline.push(table) || !pipeline.finish()) std::abort();
  return 0;
}
