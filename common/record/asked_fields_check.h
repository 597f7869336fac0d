// For tests: who asks for one field of an object is told the same of it as who asks for all.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "record/fields.h"
#include "record/json_object.h"

namespace logmill::record {

// Thread-compatible. Its readers know the keys of the texts before.
class AskedFieldsCheck {
 public:
  // What differs; empty: nothing. Of objects with very many fields not each is asked for.
  std::string difference(std::string_view json) {
    Batch whole;
    const base::Status of_whole = read(all_, whole, json);
    std::size_t fields = 0;
    for (const Column& column : whole.columns())
      if (column.at(0).present() && ++fields <= kFieldsMax && !agrees(column.name, json, whole, of_whole)) return column.name;
    for (const std::string_view name : {kTimestamp, kTimestampText, kLevel, kLevelText, kMessage, kMore, std::string_view("none")})
      if (!agrees(name, json, whole, of_whole)) return std::string(name);
    return {};
  }

 private:
  static constexpr std::size_t kFieldsMax = 20, kReadersMax = 200;

  static base::Status read(JsonObjectReader& reader, Batch& batch, std::string_view json) {
    batch.text().append(json);
    RowWriter row(batch);
    row.add_row();
    return reader.read(batch.text().view(), row);
  }

  bool agrees(std::string_view name, std::string_view json, const Batch& whole, const base::Status& of_whole) {
    if (readers_.size() >= kReadersMax) readers_.clear();
    std::unique_ptr<JsonObjectReader>& reader = readers_[std::string(name)];
    if (!reader) reader = std::make_unique<JsonObjectReader>(AskedFields({std::string(name)}));
    Batch batch;
    const base::Status status = read(*reader, batch, json);
    if (status.has_value() != of_whole.has_value()) return false;
    if (!status) return status.error().what == of_whole.error().what;
    if (batch.get(name, 0) != whole.get(name, 0)) return false;
    const Role role = known_name(name).role;
    if (role == Role::time || name == kTimestampText) return batch.times() == whole.times();
    return (role != Role::level && name != kLevelText) || batch.levels() == whole.levels();
  }

  JsonObjectReader all_;
  std::map<std::string, std::unique_ptr<JsonObjectReader>> readers_;  // by the field asked for
};

}  // namespace logmill::record
