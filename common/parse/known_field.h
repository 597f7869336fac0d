// Fields of key=value formats: which of them are the time, the level, the message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parse/parser.h"

namespace logmill::parse {

enum class Quoted { no, yes };

// Sets timestamp, level or message if `key` is one of their names (record/known_names.h) and `text`
// reads as one; of several names the first in the line wins. Else sets a field called `key`, which
// is a string if it was quoted.
void set_known_field(record::RowWriter& row, std::string_view key, std::string_view text, Quoted quoted, const ParseContext& context);

// The same, of a key that context.memory.pairs knows.
void set_known_field(record::RowWriter& row, const record::Key& key, std::string_view text, Quoted quoted, const ParseContext& context);

// What ParseContext::memory.pairs is. Of all fields, or of those that are asked for, the level, and the time if `asks_time`.
record::KeyMemory pair_keys(const std::optional<std::vector<std::string>>& asked_fields, bool asks_time);

}  // namespace logmill::parse
