#include "record/severity.h"

#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <string>

namespace logmill::record {
namespace {

const std::map<std::string, Severity> kLevels = {
    {"t", Severity::trace},         {"30", Severity::info},          {"err", Severity::error},         {"info", Severity::info},
    {"fatal", Severity::fatal},     {"notice", Severity::info},      {"verbose", Severity::trace},     {"critical", Severity::fatal},
    {"emergency", Severity::fatal}, {"information", Severity::info}, {"informational", Severity::info}};

TEST(Severity, IsKnownInAnyCase) {
  for (const auto& [text, severity] : kLevels)
    for (std::size_t large = 0; large <= text.size(); ++large) {
      std::string mixed = text;
      for (std::size_t i = 0; i < large; ++i) mixed[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(mixed[i])));
      EXPECT_EQ(severity_from_text(mixed), severity) << mixed;
    }
  for (std::size_t i = 1; i < kSeverities; ++i) {
    const auto severity = static_cast<Severity>(i);
    EXPECT_EQ(severity_from_text(severity_name(severity)), severity);
  }
}

// Each byte of words of all sizes counts, and of no other byte than a letter the fifth bit is its case.
TEST(Severity, OfAnotherWordIsNone) {
  for (const auto& [text, severity] : kLevels) {
    if (text.size() <= 2) continue;
    for (std::size_t at = 0; at < text.size(); ++at)
      for (int c = 0; c < 256; ++c) {
        if (std::tolower(c) == text[at]) continue;
        std::string other = text;
        other[at] = static_cast<char>(c);
        EXPECT_EQ(severity_from_text(other), std::nullopt) << other;
      }
    EXPECT_EQ(severity_from_text(text + '\0'), std::nullopt) << text;
    EXPECT_EQ(severity_from_text(text + "s"), std::nullopt) << text;
    EXPECT_EQ(severity_from_text('\0' + text), std::nullopt) << text;
  }
  for (const std::string_view none : {"", "x", "\xe9", "70", "true", "informationals", "an information"})
    EXPECT_EQ(severity_from_text(none), std::nullopt) << none;
}

}  // namespace
}  // namespace logmill::record
