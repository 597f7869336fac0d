// Reads the JSON objects that logs are made of straight from their bytes, in one pass: keys are
// compared with the one that came next last time, the ends of strings are known by marks. It costs
// half of finding all tokens first (json_index.h), and takes no key that is new, no blank in an odd
// place, nothing that is nested very deep: those objects are left to the walk over tokens. Where only
// some fields are asked for, lines are skimmed (json_skim.h), which costs a third of that.
#pragma once

#include <string_view>

#include "record/asked_fields.h"
#include "record/json_skim.h"
#include "record/key_memory.h"
#include "record/object_fields.h"
#include "record/row_writer.h"
#include "text/byte_marks.h"

namespace logmill::record {

class JsonScan {
 public:
  // Both are shared with the walk over tokens and must outlive the scan. `vector_bytes_max`: as JsonSkim has it.
  JsonScan(KeyMemory& keys, ObjectFields& fields, const AskedFields& asked, std::size_t vector_bytes_max)
      : keys_(keys), fields_(fields), skim_(asked, vector_bytes_max) {}

  // Optional: objects in these lines will be read. The bytes must stay as they are until the next call.
  void look_ahead(std::string_view lines) {
    skims_ = false;
    ahead_ = !lines.empty();
    if (ahead_) marks_.mark(lines);
  }
  // As JsonObjectReader::skim_ahead.
  std::size_t skim_ahead(std::string_view text, std::size_t wanted);

  // As JsonObjectReader::read, of which this is the fast half. False: it is not sure, some fields
  // have been set, and the object is to be read by tokens from the start, which sets the same
  // again.
  bool read(std::string_view json, RowWriter& row);
  // As JsonObjectReader::read_line. An object of which that says nothing may be one for `read` if `skims`.
  std::size_t read_line(std::string_view lines, RowWriter& row);
  bool skims() const { return skims_; }
  // Gives back what objects far longer than usual needed; nothing is looked at ahead any more.
  void forget() {
    ahead_ = skims_ = false;
    marks_.forget();
  }

 private:
  // Of an object that was not looked at ahead.
  void look_at(std::string_view json) {
    marks_.mark(json);
    ahead_ = false;
  }
  void pause();
  std::size_t read_skimmed(const char* line, RowWriter& row);
  bool set_member(const JsonSkim::Member& member);
  bool read_whole(std::string_view text, RowWriter& row);
  bool read_object();
  bool read_expected();
  bool set_text(const Key& key, const char* begin, const char* end);
  bool read_value(const Key& key);
  bool read_string(std::string_view& text);
  bool read_scalar(const Key& key);
  bool read_json(const Key& key);
  const char* skip_nested(const char* at, const std::uint32_t*& mark) const;
  bool skip_scalar();
  const std::uint32_t* skip_escapes(const std::uint32_t* mark) const;
  const Key* read_key();
  bool text_of_string(std::string_view inside, bool escapes, std::string_view& text);
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
  JsonSkim skim_;
  bool skims_ = false;                       // it knows the lines to come
  static constexpr unsigned kPauseMax = 63;  // look-aheads
  unsigned pause_ = 0, pauses_left_ = 0;     // that are done without it
  // Of a look-ahead; `refused` lines were not for it.
  struct Skimmed {
    std::size_t lines = 0, refused = 0, bytes = 0;
  };
  Skimmed skimmed_;
  static constexpr std::size_t kBytesPerStep = 140;  // measured: with more steps scanning takes less time
  RowWriter* row_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  const Key* within_ = nullptr;  // the key of the object that is read
};

}  // namespace logmill::record
