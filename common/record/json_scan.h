// Reads the JSON objects that logs are made of straight from their bytes, in one pass: keys are
// compared with the one that came next last time, the ends of strings are known by marks. It costs
// half of finding all tokens first (json_index.h), and takes no key that is new, no blank in an odd
// place, nothing that is nested very deep: those objects are left to the walk over tokens.
#pragma once

#include <string>
#include <string_view>

#include "record/key_memory.h"
#include "record/object_fields.h"
#include "record/row_writer.h"
#include "text/byte_marks.h"

namespace logmill::record {

class JsonScan {
 public:
  // Both are shared with the walk over tokens and must outlive the scan.
  JsonScan(KeyMemory& keys, ObjectFields& fields) : keys_(keys), fields_(fields) {}

  // Optional: objects in these lines will be read. The bytes must stay as they are until the next call.
  void look_ahead(std::string_view lines) {
    ahead_ = !lines.empty();
    if (ahead_) marks_.mark(lines);
  }

  // As JsonObjectReader::read, of which this is the fast half. False: it is not sure, some fields
  // have been set, and the object is to be read by tokens from the start, which sets the same
  // again.
  bool read(std::string_view json, RowWriter& row);
  // As JsonObjectReader::read_line.
  std::size_t read_line(std::string_view lines, RowWriter& row);
  // Gives back what objects far longer than usual needed; nothing is looked at ahead any more.
  void forget() {
    ahead_ = false;
    marks_.forget();
  }

 private:
  // Of an object that was not looked at ahead.
  void look_at(std::string_view json) {
    marks_.mark(json);
    ahead_ = false;
  }
  bool read_whole(std::string_view text, RowWriter& row);
  bool read_object();
  bool read_expected();
  bool read_value(const Key& key);
  bool read_nested(const Key& key);
  bool read_string(std::string_view& text);
  bool read_scalar(const Key& key);
  bool read_json(const Key& key);
  bool skip_nested();
  bool skip_key();
  bool skip_scalar();
  bool skip_escapes();
  const Key* read_key();
  bool unescape(std::string_view inside, std::string_view& text);

  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  // The first quote, backslash or control character from `at` on.
  const char* next_mark(const char* at) { return marks_.text() + *marks_.from(at); }

  void skip_blanks() {
    while (at_ != end_ && *at_ == ' ') ++at_;
  }

  KeyMemory& keys_;
  ObjectFields& fields_;
  text::ByteMarks marks_{text::ByteMarks::Kind::json_strings};
  bool ahead_ = false;  // they are of lines to come
  RowWriter* row_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::string prefix_;           // of names at this place
  const Key* within_ = nullptr;  // the key of the object that they are in
};

}  // namespace logmill::record
