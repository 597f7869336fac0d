#include "record/object_fields.h"

#include "record/json_object.h"
#include "text/json_writer.h"

namespace logmill::record {

bool ObjectFields::end_more(std::size_t object_bytes) {
  if (more_.size() > kMoreBytes + object_bytes) return false;
  more_.push_back('}');
  row_->set(kMore, Value::json(row_->own(more_)));
  return true;
}

// False if the batch has no room for one more.
bool ObjectFields::find_column(std::string_view name, RowWriter::Guess& guess) {
  Batch& batch = row_->batch();
  // A new column has an entry for each row before: many rows, then many new names, is what an enemy
  // sends.
  if ((row_->row() + 1) * batch.columns().size() >= 2 * Batch::kCellsMax && batch.find(name) == nullptr) {
    too_wide_ = true;
    return false;
  }
  guess = {generation_, static_cast<std::uint32_t>(batch.column_index(name))};
  return true;
}

void ObjectFields::put_more(std::string_view name, Value value) {
  if (more_.size() > more_bytes_max_) return;
  more_.push_back(more_.empty() ? '{' : ',');
  text::append_json_string(more_, name);
  more_.push_back(':');
  append_json(more_, value);
}

void ObjectFields::set_role(const FieldName& field, Value value, std::string_view written) {
  RowWriter::Guess none;
  const auto put_beside = [&](std::string_view name) { field.known.rank == 0 ? put(name, none, value) : put_field(field, value); };
  switch (field.known.role) {
    case Role::field: break;
    case Role::time: {
      auto time = stamps_.read(written);
      if (!time) time = time_from_text(written);
      if (time && claim(field, value))
        row_->set_time(*time);
      else
        put_beside(kTimestampText);
      return;
    }
    case Role::level: {
      const auto level = severity_from_value(value);
      if (level && claim(field, value))
        row_->set_level(*level);
      else
        put_beside(kLevelText);
      return;
    }
    case Role::message:
      if (claim(field, value))
        put(kMessage, row_->guess(kMessageId), value);
      else
        put_field(field, value);
      return;
  }
}

// Whether the name has its role now. One that had it and is of lower rank becomes a field of its
// own.
bool ObjectFields::claim(const FieldName& field, Value value) {
  Claim& claimed = claims_[static_cast<std::size_t>(field.known.role)];
  if (field.known.rank > claimed.rank) return false;
  if (claimed.rank != kUnclaimed && field.known.rank < claimed.rank) put_field(*claimed.field, claimed.value);
  claimed.rank = field.known.rank;
  claimed.value = value;
  claimed.field = &field;
  if (field.id == FieldName::kNoId) {
    claimed.kept = field;
    claimed.field = &claimed.kept;
  }
  return true;
}

}  // namespace logmill::record
