#include "logparse/edits.h"

#include <gtest/gtest.h>

#include "record/fields.h"
#include "record/json_object.h"

namespace logmill::logparse {
namespace {

std::string after(const Edits& edits) {
  record::Batch batch;
  const std::size_t row = batch.add_row();
  batch.times()[row] = base::kNsPerSecond;
  batch.levels()[row] = record::Severity::warn;
  batch.set(record::kMessage, row, record::Value::string("full"));
  batch.set("n", row, record::Value::integer(7));
  edits.apply(batch);
  std::string json;
  record::JsonObjectWriter(batch).append(row, json);
  return json;
}

TEST(Edits, KeepThenDropThenAssign) {
  EXPECT_EQ(after({}), R"({"timestamp":"1970-01-01T00:00:01Z","level":"WARN","message":"full","n":7})");
  EXPECT_EQ(after({.dropped = {"level", "n", "absent"}}), R"({"timestamp":"1970-01-01T00:00:01Z","message":"full"})");
  EXPECT_EQ(after({.kept = {"n"}}), R"({"n":7})");
  EXPECT_EQ(after({.assignments = {{"n", "x"}, {"env", "2"}}, .dropped = {"n"}, .kept = {"n", "level"}}),
            R"({"level":"WARN","n":"x","env":2})");
  EXPECT_EQ(after({.assignments = {{"level", "error"}, {"timestamp", "1970-01-01T00:00:02Z"}}}),
            R"({"timestamp":"1970-01-01T00:00:02Z","level":"ERROR","message":"full","n":7})");
}

TEST(Edits, AnEmptyBatchStaysEmpty) {
  record::Batch batch;
  Edits{.assignments = {{"env", "prod"}}}.apply(batch);
  EXPECT_EQ(batch.find("env"), nullptr);
}

TEST(Assignments, AreNameAndValue) {
  EXPECT_EQ(parse_assignment("a=b=c")->value, "b=c");
  EXPECT_EQ(parse_assignment("a=")->value, "");
  EXPECT_FALSE(parse_assignment("=b").has_value());
  EXPECT_FALSE(parse_assignment("ab").has_value());
  EXPECT_FALSE(parse_assignment("level=loud").has_value());
  EXPECT_FALSE(parse_assignment("timestamp=soon").has_value());
}

TEST(Names, AreSplitAtCommas) {
  std::vector<std::string> names = {"x"};
  append_names(names, "a, b,,c ");
  EXPECT_EQ(names, (std::vector<std::string>{"x", "a", "b", "c"}));
}

}  // namespace
}  // namespace logmill::logparse
