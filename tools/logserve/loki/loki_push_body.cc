#include "logserve/loki/loki_push_body.h"

#include <charconv>
#include <string>

#include "logserve/ingest/ingest_body.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::logserve {
namespace {

constexpr std::string_view kLabelPrefix = "stream.";

// One JSON object, its members as fields: nested ones with dots, arrays as text.
class PushObject {
 public:
  base::Status read(std::string_view json) {
    batch_.clear();
    row_.reset();
    row_.add_row();
    return reader_.read(batch_.own(json), row_);
  }
  // Of an array.
  std::string_view array(std::string_view name) const {
    const record::Value value = batch_.get(name, 0);
    return value.kind() == record::Kind::json && value.text().starts_with('[') ? value.text() : std::string_view();
  }
  // ,"a":"b",…
  std::string labels() const {
    std::string json;
    for (const record::Column& column : batch_.columns()) {
      const std::string_view name = column.name;
      if (!column.at(0).present() || !name.starts_with(kLabelPrefix)) continue;
      const std::string_view label = name.substr(kLabelPrefix.size());
      if (label == record::kTimestamp || label == record::kMessage) continue;
      json += ',';
      text::append_json_string(json, label);
      json += ':';
      record::append_json(json, column.at(0));
    }
    return json;
  }

 private:
  record::JsonObjectReader reader_;
  record::Batch batch_;
  record::RowWriter row_{batch_};
};

bool is_json_string(std::string_view text) { return text.size() >= 2 && text.starts_with('"') && text.ends_with('"'); }
bool is_json_object(std::string_view text) { return text.size() >= 2 && text.starts_with('{') && text.ends_with('}'); }

// ["1570818238000000000","the line",{"trace_id":"7"}]: what the record of it holds, but for the labels; empty if it is none.
std::string record_of(std::string_view value) {
  if (!value.starts_with('[')) return {};
  const std::vector<std::string_view> parts = split_body(value);
  if (parts.size() < 2 || parts.size() > 3 || !is_json_string(parts[0]) || !is_json_string(parts[1])) return {};
  const std::string_view digits = parts[0].substr(1, parts[0].size() - 2);
  base::TimeNs time = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), time);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return {};
  if (parts.size() == 3 && !is_json_object(parts[2])) return {};
  std::string record = "{\"timestamp\":\"";
  text::append_time_utc(record, time);
  record.append("\",\"message\":").append(parts[1]);
  if (parts.size() == 3) {
    const std::string_view inside = parts[2].substr(1, parts[2].size() - 2);
    if (inside.find_first_not_of(" \t\r\n") != std::string_view::npos) record.append(",").append(inside);
  }
  return record;
}

}  // namespace

base::Error malformed_push(std::size_t stream, std::size_t line, std::string_view what) {
  return {base::ErrorCode::invalid, "stream " + std::to_string(stream) + ", line " + std::to_string(line) + ": " + std::string(what)};
}

base::Status PushedRecords::add(std::string_view record) {
  if (record.size() > bytes_left_) return base::Error{base::ErrorCode::too_large, "the labels make too much of the lines"};
  bytes_left_ -= record.size();
  return use_(record);
}

base::Status each_pushed_record(std::string_view body, std::uint64_t bytes_max, const UseRecord& use) {
  PushObject all, one;
  if (auto read = all.read(body); !read) return std::move(read).error().with_context("the body");
  const std::string_view streams = all.array("streams");
  if (streams.empty())
    return base::Error{base::ErrorCode::invalid, R"({"streams":[{"stream":{…},"values":[["ns","line"],…]}]} is expected)"};
  PushedRecords records(bytes_max, use);
  std::size_t stream = 0;
  for (const std::string_view element : split_body(streams)) {
    ++stream;
    if (auto read = one.read(element); !read) return std::move(read).error().with_context("stream " + std::to_string(stream));
    const std::string_view values = one.array("values");
    if (values.empty()) return malformed_push(stream, 0, "\"values\" is expected, a list");
    const std::string labels = one.labels();
    std::size_t line = 0;
    for (const std::string_view value : split_body(values)) {
      std::string record = record_of(value);
      if (record.empty()) return malformed_push(stream, ++line, R"(["nanoseconds","line"] or ["nanoseconds","line",{…}] is expected)");
      ++line;
      record.append(labels).push_back('}');
      LOGMILL_RETURN_IF_ERROR(records.add(record));
    }
  }
  return {};
}

}  // namespace logmill::logserve
