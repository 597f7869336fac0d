#include "text/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace logmill::text {
namespace {

using namespace std::string_view_literals;

std::string json_string(std::string_view bytes) {
  std::string out;
  append_json_string(out, bytes);
  return out;
}

TEST(JsonString, EscapesWhatJsonCannotHold) {
  struct Case {
    std::string_view bytes, json;
  };
  const Case cases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"a\"b\\c/d", R"("a\"b\\c/d")"},
      {"\n\r\t\b\f", R"("\n\r\t\b\f")"},
      {"\0\x1f\x7f"sv, "\"\\u0000\\u001f\\u007f\""},
      {"\xc2\x9b \xc2\xa0 \xe2\x80\xae \xe2\x80\xaf"sv, "\"\\u009b \xc2\xa0 \\u202e \xe2\x80\xaf\""},
      {"grün €  😀", "\"grün €  😀\""},
      {"\xff", R"("\udcff")"},
      {"a\x80z", R"("a\udc80z")"},
      {"\xed\xb2\x80", R"("\udced\udcb2\udc80")"},  // a surrogate in UTF-8: not valid, byte by byte
      {"\xc3", R"("\udcc3")"},                      // cut in the middle of a character
      {"\xe2\x82", R"("\udce2\udc82")"},
  };
  for (const Case& c : cases) EXPECT_EQ(json_string(c.bytes), c.json);
}

TEST(JsonString, FindsASpecialByteAtEveryPlaceOfATextOfEveryLength) {
  for (const char special : {'"', '\\', '\n', '\x1f', '\x80'}) {
    const std::string escape = json_string({&special, 1}).substr(1);
    for (std::size_t size = 1; size <= 40; ++size) {
      EXPECT_EQ(json_string(std::string(size, 'x')), "\"" + std::string(size, 'x') + "\"");
      for (std::size_t at = 0; at < size; ++at) {
        std::string bytes(size, 'x');
        bytes[at] = special;
        const std::string expected =
            "\"" + std::string(at, 'x') + escape.substr(0, escape.size() - 1) + std::string(size - 1 - at, 'x') + "\"";
        EXPECT_EQ(json_string(bytes), expected) << at << " of " << size;
      }
    }
  }
}

TEST(JsonString, CopiesNeighboursOfSpecialBytes) { EXPECT_EQ(json_string(" !#[]~ !#[]~ !#[]~"), "\" !#[]~ !#[]~ !#[]~\""); }

TEST(Decimal, KeepsScale) {
  struct Case {
    std::int64_t mantissa;
    unsigned scale;
    std::string_view text;
  };
  const Case cases[] = {
      {-1250, 2, "-12.50"},
      {5, 1, "0.5"},
      {-5, 3, "-0.005"},
      {0, 2, "0.00"},
      {100, 2, "1.00"},
      {7, 0, "7"},
      {std::numeric_limits<std::int64_t>::min(), 18, "-9.223372036854775808"},
      {1, 18, "0.000000000000000001"},
  };
  for (const Case& c : cases) {
    std::string out;
    append_decimal(out, c.mantissa, c.scale);
    EXPECT_EQ(out, c.text);
  }
}

TEST(Real, IsShortestAndNeverNotJson) {
  const auto real = [](double value) {
    std::string out;
    append_real(out, value);
    return out;
  };
  EXPECT_EQ(real(0.1), "0.1");
  EXPECT_EQ(real(1e300), "1e+300");
  EXPECT_EQ(real(-2.5), "-2.5");
  EXPECT_EQ(real(NAN), "null");
  EXPECT_EQ(real(INFINITY), "null");
}

}  // namespace
}  // namespace logmill::text
