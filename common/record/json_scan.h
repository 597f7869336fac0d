// Reads the JSON objects that logs are made of straight from their bytes, in one pass: keys are
// compared with the one that came next last time, strings are searched for their end sixteen bytes
// at a time. It costs half of finding all tokens first (json_index.h), and takes no array, no key
// that is new, no blank in an odd place: those objects are left to the walk over tokens.
#pragma once

#include <string>
#include <string_view>

#include "record/key_memory.h"
#include "record/object_fields.h"
#include "record/row_writer.h"

namespace logmill::record {

class JsonScan {
 public:
  // Both are shared with the walk over tokens and must outlive the scan.
  JsonScan(KeyMemory& keys, ObjectFields& fields) : keys_(keys), fields_(fields) {}

  // As JsonObjectReader::read, of which this is the fast half. False: it is not sure, some fields
  // have been set, and the object is to be read by tokens from the start, which sets the same
  // again.
  bool read(std::string_view json, RowWriter& row);

 private:
  bool read_object();
  bool read_value(const Key& key);
  bool read_nested(const Key& key);
  bool read_string(std::string_view& text);
  bool read_scalar(const Key& key);
  bool leave_out();
  const Key* read_key();
  bool unescape(std::string_view inside, std::string_view& text);

  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  void skip_blank() {
    if (at_ != end_ && *at_ == ' ') ++at_;
  }

  KeyMemory& keys_;
  ObjectFields& fields_;
  RowWriter* row_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::string prefix_;  // of names at this place
};

}  // namespace logmill::record
