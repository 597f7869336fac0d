// Every format of the table on the same bytes, and auto mode: no crash, no line lost, and what is
// kept is what came in.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "parse/line_parser.h"
#include "record/fields.h"

namespace {

using namespace logmill;

void check(bool good) {
  if (!good) std::abort();
}

// The first line of the input is parsed as `format` says.
void parse_as(const std::string& format, std::string_view line) {
  // A new parser, or batch, for each line would be most of the time under sanitizers.
  static std::map<std::string, parse::LineParser> parsers;
  static record::Batch batch;
  auto known = parsers.find(format);
  if (known == parsers.end()) {
    auto choice = parse::FormatChoice::from_name(format);
    check(choice.has_value());
    known = parsers.try_emplace(format, parse::LineParserOptions{.format = *std::move(choice), .reference = base::TimeNs{1} << 60}).first;
  }
  batch.clear();
  batch.text().append(line);
  batch.set(record::kRaw, batch.add_row(), record::Value::string(batch.text().view()));
  const parse::LineCounts counts = known->second.parse_batch(batch);
  check(counts.parsed + counts.unparsed == 1);
  check(batch.rows() == 1);
  const record::Value raw = batch.get(record::kRaw, 0);
  if (counts.unparsed == 1) check(raw.is_text() && raw.text() == line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view line = bytes.substr(0, bytes.find('\n'));
  for (const parse::ParserSpec* spec : parse::parsers()) parse_as(std::string(spec->name), line);
  parse_as("auto", line);
  parse_as(R"(regex:^(?P<time>\S+) (?P<user>\w+)(?P<message>.*))", line);
  return 0;
}
