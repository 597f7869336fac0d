#include "query/typed_end.h"

#include <gtest/gtest.h>

#include "query/testing/test_run.h"

namespace logmill::query {
namespace {

// "value of service: au", "stage: co", with what is typed of it.
std::string end_of(std::string_view text) {
  const TypedEnd end = typed_end(text);
  const std::string typed(text.substr(end.start));
  switch (end.kind) {
    case TypedEnd::Kind::none: return "none";
    case TypedEnd::Kind::term: return "term: " + typed;
    case TypedEnd::Kind::argument: return "argument: " + typed;
    case TypedEnd::Kind::value: return "value of " + end.field + ": " + typed;
    case TypedEnd::Kind::stage: return "stage: " + typed;
  }
  return "";
}

TEST(TypedEnd, FindsWhatATermIsMadeOf) {
  EXPECT_EQ(end_of(""), "term: ");
  EXPECT_EQ(end_of("serv"), "term: serv");
  EXPECT_EQ(end_of("service="), "value of service: ");
  EXPECT_EQ(end_of("service = au"), "value of service: au");
  EXPECT_EQ(end_of("service!=au"), "value of service: au");
  EXPECT_EQ(end_of("service:au"), "value of service: au");
  EXPECT_EQ(end_of("service=a,b"), "value of service: b");
  EXPECT_EQ(end_of("service not in (a, \"b c\", d"), "value of service: d");
  EXPECT_EQ(end_of("(service in (a) OR le"), "term: le");
  EXPECT_EQ(end_of("!le"), "term: le");
  EXPECT_EQ(end_of("NOT le"), "term: le");
  EXPECT_EQ(end_of("service=auth AND "), "term: ");
  EXPECT_EQ(end_of("\"odd name\"=\"two wo"), "value of odd name: \"two wo");
  EXPECT_EQ(end_of("/a | b/ le"), "term: le");
  EXPECT_EQ(end_of("path=/a/b/ le"), "term: le");
  EXPECT_EQ(end_of("path:/a b=\"c/ d"), "term: d");
  EXPECT_EQ(end_of("path=/a b=\"c/ d"), "value of b: \"c/ d");
  EXPECT_EQ(end_of("path in (/a, \"c/ d"), "value of path: \"c/ d");
  EXPECT_EQ(end_of("x=\"a | b\" \"odd"), "term: \"odd");
}

TEST(TypedEnd, KnowsWhereNothingHasAName) {
  EXPECT_EQ(end_of("service~au"), "none");
  EXPECT_EQ(end_of("status>=5"), "none");
  EXPECT_EQ(end_of("service=\"auth\""), "none");
  EXPECT_EQ(end_of("(service=auth)"), "none");
  EXPECT_EQ(end_of("* | head "), "none");
  EXPECT_EQ(end_of("* | sample 1"), "none");
}

TEST(TypedEnd, FindsStagesAndTheirArguments) {
  EXPECT_EQ(end_of("x |"), "stage: ");
  EXPECT_EQ(end_of("| co"), "stage: co");
  EXPECT_EQ(end_of("| count | to"), "stage: to");
  EXPECT_EQ(end_of("| count by le"), "argument: le");
  EXPECT_EQ(end_of("| stats p99(dur"), "argument: dur");
  EXPECT_EQ(end_of("| TOP 5 service, le"), "argument: le");
  EXPECT_EQ(end_of("| sort -cou"), "argument: cou");
  EXPECT_EQ(end_of("| where service=a"), "value of service: a");
  EXPECT_EQ(end_of("| extract \"a | {b}\" from me"), "argument: me");
  EXPECT_EQ(end_of("| let x=dur"), "argument: dur");
}

// Whatever is cut off anywhere begins within the text, and what takes its place is read back.
TEST(TypedEnd, WritesWhatTheLanguageReads) {
  constexpr std::string_view kQuery =
      "a=\"b c\" !(x in (1, /y/) OR /z/i) d!~e f:g h? | stats p9(i) as j by k, 5m | where l>=1 | sort -m | extract \"{n}\"";
  for (std::size_t size = 0; size <= kQuery.size(); ++size) EXPECT_LE(typed_end(kQuery.substr(0, size)).start, size);
  for (const std::string_view value : {"a", "a b", "a|b", "", "/a/", "*", "=a", "<a", "a\"b", "a,b", "a\nb", "[a"}) {
    const Query query = parsed("x=" + as_typed(TypedEnd::Kind::value, value, ""));
    EXPECT_EQ(query.wanted().term.values.front().text, value);
    for (const std::string_view name : {"and", "a b", "5m", "by", "-a", "a.b"}) {
      EXPECT_EQ(parsed(as_typed(TypedEnd::Kind::term, name, "") + "1").fields().front(), name);
      EXPECT_EQ(parsed("| uniq " + as_typed(TypedEnd::Kind::argument, name, "")).fields().front(), name);
    }
  }
}

}  // namespace
}  // namespace logmill::query
