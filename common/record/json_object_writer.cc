#include <algorithm>

#include "record/fields.h"
#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::record {
namespace {

constexpr std::string_view kFirstFields[] = {kService, kHost, kTraceId, kMessage};

bool is_first_field(std::string_view name) {
  return std::find(std::begin(kFirstFields), std::end(kFirstFields), name) != std::end(kFirstFields);
}

}  // namespace

JsonObjectWriter::JsonObjectWriter(const Batch& batch) : batch_(batch) {
  const auto add = [this](const Column& column) {
    std::string key = ",";
    text::append_json_string(key, column.name);
    key.push_back(':');
    fields_.push_back({std::move(key), &column});
  };
  for (const std::string_view name : kFirstFields)
    if (const Column* column = batch.find(name)) add(*column);
  for (const Column& column : batch.columns())
    if (!column.values.empty() && !is_first_field(column.name)) add(column);
}

void JsonObjectWriter::append(std::size_t row, std::string& out) const {
  const std::size_t start = out.size();
  if (batch_.times()[row] != kNoTime) {
    out.append(R"(,"timestamp":")");
    text::append_time_utc(out, batch_.times()[row]);
    out.push_back('"');
  }
  if (batch_.levels()[row] != Severity::none) {
    out.append(R"(,"level":")");
    out.append(severity_name(batch_.levels()[row]));
    out.push_back('"');
  }
  for (const Field& field : fields_) {
    const Value value = field.column->at(row);
    if (!value.present()) continue;
    out.append(field.key);
    append_json(out, value);
  }
  if (out.size() == start) out.push_back(' ');
  out[start] = '{';
  out.push_back('}');
}

void append_json(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Kind::absent:
    case Kind::null: out.append("null"); return;
    case Kind::boolean: out.append(value.as_bool() ? "true" : "false"); return;
    case Kind::integer: text::append_integer(out, value.integer()); return;
    case Kind::decimal: text::append_decimal(out, value.integer(), value.scale()); return;
    case Kind::real: text::append_real(out, value.real()); return;
    case Kind::string: text::append_json_string(out, value.text()); return;
    case Kind::json: out.append(value.text()); return;
  }
}

void append_plain(std::string& out, const Value& value) {
  if (value.is_text())
    out.append(value.text());
  else if (value.kind() != Kind::absent && value.kind() != Kind::null)
    append_json(out, value);
}

}  // namespace logmill::record
