// A record as a JSON object, in both directions. docs/formats/ndjson.md says how fields map.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "record/asked_fields.h"
#include "record/batch.h"
#include "record/row_writer.h"

namespace logmill::record {

// Reads JSON objects into rows. Remembers the keys it met, and holds scratch memory: make one, use
// it often, with one RowWriter at a time.
class JsonObjectReader {
 public:
  // Of other fields than those asked for, values may be left out. What is an object and what is none does not depend on that.
  // With less than 64 for `vector_bytes_max` lines are read as where the processor compares fewer bytes at once; for tests of what others
  // run.
  explicit JsonObjectReader(const AskedFields& asked = {}, std::size_t vector_bytes_max = 64);
  ~JsonObjectReader();
  JsonObjectReader(JsonObjectReader&&) noexcept;
  JsonObjectReader& operator=(JsonObjectReader&&) noexcept;

  // Optional: looks at many lines at once, which is faster. The objects that are given to `read`
  // from now on stand in them, in order, unless `lines` is empty. The bytes must stay as they are
  // until the next call; if something is wrong with some line, nothing is gained, but nothing is
  // lost. Returns whether `read_line` may know some of them.
  bool look_ahead(std::string_view lines);

  // The same of lines at the beginning of `text`, which ends with the end of a line: about `wanted` bytes of them. Returns how many these
  // are, up to behind a line end: `read_line` may know all of them. 0: that is for `look_ahead`.
  std::size_t skim_ahead(std::string_view text, std::size_t wanted);

  // `read` of a line of which nobody knows yet where it ends: `lines` begins with an object and is what is left of the lines that were
  // looked at ahead, behind which a line end stands. Returns the size of the line, with its end; or 0, which says nothing of the object:
  // some fields of the row may be set, it has to be dropped, and the line to be found and given to `read`.
  std::size_t read_line(std::string_view lines, RowWriter& row);

  // Sets the fields of the row that `row` stands at from the object in `json`. Strings without
  // escapes stay where they are, so `json` must live as long as the batch: have it in batch.text()
  // or arena(), where TextBuffer::kPadding readable bytes follow it. Invalid UTF-8 inside strings
  // is kept. `timestamp`, `level` and `message` are found under their many names
  // (record/known_names.h): ts, @timestamp, time, severity, lvl, msg … Fails with invalid ("column
  // 17: …"), having perhaps set some fields, when it is not one JSON object: the caller drops or
  // resets the row. Fails with too_large when its names would make the batch too wide: the caller
  // drops the row, hands the batch on, and reads it into an empty one, where it always fits.
  base::Status read(std::string_view json, RowWriter& row);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Appends one record as an object, without a newline. Order: timestamp, level, service, host,
// trace_id, message, then the other columns. Absent fields are left out.
class JsonObjectWriter {
 public:
  // Looks at the batch's columns once; valid until they change. `batch` must outlive the writer.
  explicit JsonObjectWriter(const Batch& batch);
  void append(std::size_t row, std::string& out) const;

 private:
  struct Field {
    std::string key;  // "name": with quotes, colon and leading comma
    const Column* column;
  };
  const Batch& batch_;
  std::vector<Field> fields_;
};

// A value as JSON text.
void append_json(std::string& out, const Value& value);
// A value as plain text: strings without quotes, nothing for absent and null.
void append_plain(std::string& out, const Value& value);

// JSON number text to the exactest kind: integer, decimal, real, else json; absent if it is not a
// JSON number. `text` must outlive the value.
Value value_from_number(std::string_view text);
// For text formats without types (logfmt, access logs): numbers, true, false become typed only
// where printing them gives back the same text; else a string. `text` must outlive the value.
Value value_from_text(std::string_view text);

}  // namespace logmill::record
