// The members of one object after another as the fields of rows: known names get their roles, the
// first fields a column each, the rest one JSON text.
#pragma once

#include <array>
#include <climits>
#include <cstdint>
#include <string>
#include <string_view>

#include "record/fields.h"
#include "record/known_names.h"
#include "record/row_writer.h"
#include "text/stamp_reader.h"

namespace logmill::record {

// What a field is called. `id` is small, not kMessageId, and means this name until
// `ObjectFields::forget`.
struct FieldName {
  static constexpr std::uint32_t kNoId = UINT32_MAX;

  std::string name;
  KnownName known;
  std::uint32_t id = kNoId;
  bool asked = true;      // else its value may be left out
  bool asks_all = false;  // then none may
};

class ObjectFields {
 public:
  // Of the column that all names of the message share.
  static constexpr std::uint32_t kMessageId = 0;

  // A FieldName with an id that is given to `set` must stay where it is until `end`.
  // `object_bytes_max`: no more than that is the object's text.
  void begin(RowWriter& row, std::size_t object_bytes_max) {
    row_ = &row;
    more_bytes_max_ = kMoreBytes + object_bytes_max;
    fields_ = left_out_ = 0;
    asks_all_ = false;
    for (Claim& claim : claims_) claim.rank = kUnclaimed;
    too_wide_ = false;
    if (more_.capacity() > kMoreBytes) more_ = {};
    more_.clear();
  }
  // `written` is the value as text, for times.
  void set(const FieldName& field, Value value, std::string_view written) {
    asks_all_ |= field.asks_all;
    if (field.known.role == Role::field)
      put_field(field, value);
    else
      set_role(field, value, written);
  }
  // Whether those that nobody asks for need not be set; the same until the next `begin`.
  bool may_leave_out() const { return !keeps_all_; }
  bool leaves_out(const FieldName& field) const { return !field.asked && may_leave_out(); }
  // Counts fields that are left out, and not set.
  void leave_out(std::size_t fields = 1) { left_out_ += fields; }
  // False if the fields beyond the bound, under their full names, are far longer than the object of so many bytes: some enemy's.
  bool end(std::size_t object_bytes) { return more_.empty() || end_more(object_bytes); }
  // Whether fields were left out of an object of which all are asked for, or that may have so many that some do not get a column: which
  // ones do depends on all of them.
  // Once that was so nothing is left out any more: the objects of a log are alike.
  bool lacks_fields() {
    if (left_out_ == 0 || (!asks_all_ && fields_ + left_out_ <= Batch::kFieldsPerRecordMax)) return false;
    keeps_all_ = true;
    return true;
  }
  // Whether a column was missing that the batch has no room for.
  bool too_wide() const { return too_wide_; }

  // Ids mean other names from now on.
  void forget() { ++generation_; }

 private:
  static constexpr unsigned kUnclaimed = UINT_MAX;
  // The names of nested objects, repeated in each field's name, and escapes may make text longer,
  // but not without bound.
  static constexpr std::size_t kMoreBytes = 256 << 10;
  // Which name of the record has a role so far, and its value, to give back when a better one
  // comes.
  struct Claim {
    unsigned rank = kUnclaimed;
    const FieldName* field = nullptr;
    FieldName kept;  // if it had no id
    Value value;
  };

  void put_field(const FieldName& field, Value value) {
    RowWriter::Guess none;
    put(field.name, field.id == FieldName::kNoId ? none : row_->guess(field.id), value);
  }
  void put(std::string_view name, RowWriter::Guess& guess, Value value) {
    if (++fields_ > Batch::kFieldsPerRecordMax && name != kMore)
      put_more(name, value);
    else if (guess.generation == generation_ || find_column(name, guess))
      row_->batch().set(guess.column, row_->row(), value);
  }
  bool find_column(std::string_view name, RowWriter::Guess& guess);
  void put_more(std::string_view name, Value value);
  bool end_more(std::size_t object_bytes);
  void set_role(const FieldName& field, Value value, std::string_view written);
  bool claim(const FieldName& field, Value value);

  RowWriter* row_ = nullptr;
  std::size_t fields_ = 0, left_out_ = 0;
  bool asks_all_ = false;   // this object
  bool keeps_all_ = false;  // whatever is asked for
  std::array<Claim, kRoles> claims_;
  bool too_wide_ = false;  // for this batch
  std::string more_;       // fields beyond the bound, as the inside of a JSON object
  std::size_t more_bytes_max_ = 0;
  std::uint32_t generation_ = 1;
  text::StampReader stamps_;
};

}  // namespace logmill::record
