// Levels that are read the short way are those that all spellings are looked up for.
#include <gtest/gtest.h>

#include "parse/test_lines.h"

namespace logmill::parse {
namespace {

// Behind a time, as a word of its own: one that begins with a capital.
record::Severity expected_level(std::string_view word, std::string_view behind) {
  const bool ends = behind.empty() || std::string_view(" \t|,:").find(behind[0]) != std::string_view::npos;
  if (!ends || word.size() < 3) return record::Severity::none;
  return record::severity_from_text(word).value_or(record::Severity::none);
}

TEST(Application, LevelsAreThoseOfAllSpellings) {
  std::vector<std::string> words = {"WARNING", "SEVERE", "Info", "INF", "I", "INFOS", "ERR", "INFORMATION", "LOG"};
  for (std::size_t i = 1; i < record::kSeverities; ++i) {
    const std::string name(record::severity_name(static_cast<record::Severity>(i)));
    words.insert(words.end(), {name, name.substr(1), name + name[0], name.substr(0, name.size() - 1) + "X"});
  }
  for (const std::string& word : words) {
    for (const std::string_view behind :
         {" x y z", "", " ", "  [main] a.B - c", "\tx y z", ": x y z", "| x y z", "x y z", "- x y z", "] x y z"}) {
      // With bytes behind the end of the line that would be of its last word.
      const std::string stamp = "2026-11-21 10:15:00,123 ", line = stamp + word + std::string(behind);
      record::Batch batch;
      batch.text().append(line + " INFO  ");
      batch.set(record::kRaw, batch.add_row(), record::Value::string(batch.text().view().substr(0, line.size())));
      LineParserOptions options = test_options("app");
      options.asked_fields.emplace({std::string(record::kLevel)});
      LineParser(std::move(options)).parse_batch(batch);
      const record::Severity expected = expected_level(word, behind);
      // Where there is none a level may come further behind, but none does.
      EXPECT_EQ(batch.levels()[0], expected) << line;
    }
  }
}

}  // namespace
}  // namespace logmill::parse
