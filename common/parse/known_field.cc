#include "parse/known_field.h"

#include <algorithm>

#include "parse/cursor.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "record/known_names.h"

namespace logmill::parse {
namespace {

// Not inlined: a level takes few steps.
[[gnu::noinline]] bool set_any_time(record::RowWriter& row, std::string_view text, const ParseContext& context) {
  if (row.has_time()) return false;
  auto time = context.memory.stamps.read(text);
  if (!time) time = record::time_from_text(text);
  if (time) row.set_time(*time);
  return time.has_value();
}

bool set_level(record::RowWriter& row, std::string_view text) {
  if (row.has_level()) return false;
  // Nearly all are words, which are no other values.
  const bool is_word = !text.empty() && is_alpha(text[0]);
  const auto level = is_word ? record::severity_from_text(text) : record::severity_from_value(record::value_from_text(text));
  if (level) row.set_level(*level);
  return level.has_value();
}

bool set_role(record::RowWriter& row, record::Role role, std::string_view text, const ParseContext& context) {
  switch (role) {
    case record::Role::field: return false;
    case record::Role::time: return set_any_time(row, text, context);
    case record::Role::level: return set_level(row, text);
    case record::Role::message: row.set(record::kMessage, record::Value::string(text)); return true;
  }
  return false;
}

// "t" is what Grafana and heroku write; in JSON, where documents are arbitrary, it would be too
// short to trust.
record::KnownName known_pair(std::string_view key) { return key == "t" ? record::KnownName{record::Role::time} : record::known_name(key); }

record::Value value_of(std::string_view text, Quoted quoted) {
  return quoted == Quoted::yes ? record::Value::string(text) : record::value_from_text(text);
}

}  // namespace

void set_known_field(record::RowWriter& row, std::string_view key, std::string_view text, Quoted quoted, const ParseContext& context) {
  if (set_role(row, known_pair(key).role, text, context) || !context.asks_for(key)) return;
  row.set(key, value_of(text, quoted));
}

void set_known_field(record::RowWriter& row, const record::Key& key, std::string_view text, Quoted quoted, const ParseContext& context) {
  const std::string& name = key.field.name;
  if (set_role(row, key.field.known.role, text, context) || !context.asks_for(name)) return;
  record::RowWriter::Guess none;
  record::RowWriter::Guess& guess = key.field.id == record::FieldName::kNoId ? none : row.guess(key.field.id);
  const std::uint32_t generation = context.memory.pairs_generation;
  if (guess.generation != generation) guess = {generation, static_cast<std::uint32_t>(row.batch().column_index(name))};
  row.batch().set(guess.column, row.row(), value_of(text, quoted));
}

record::KeyMemory pair_keys(const std::optional<std::vector<std::string>>& asked_fields, bool asks_time) {
  record::AskedFields asked;
  if (asked_fields) {
    std::vector<std::string> names = *asked_fields;
    names.emplace_back(record::kLevel);
    // Whether a pair is the time depends on the others that may be it.
    asks_time |= std::ranges::any_of(names, [](std::string_view name) { return known_pair(name).role == record::Role::time; });
    if (asks_time) names.emplace_back(record::kTimestamp);
    asked = record::AskedFields(std::move(names));
  }
  return record::KeyMemory(std::move(asked), {.before = '\0', .behind = '\0', .known = known_pair});
}

}  // namespace logmill::parse
