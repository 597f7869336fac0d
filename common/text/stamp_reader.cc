#include "text/stamp_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/bytes.h"
#include "text/digits.h"
#include "text/time.h"

namespace logmill::text {
namespace {

constexpr std::size_t kDate = 10, kPoint = 19, kShortest = 20;  // "2026-11-21T10:15:00Z"
constexpr std::size_t kMillisecondsEnd = 23;                    // "2026-11-21 10:15:00,123"
constexpr std::size_t kClf = 26;                                // "21/Nov/2026:10:15:00 +0000"
// Nanoseconds of the last of so many digits.
constexpr std::int64_t kFractionUnits[] = {0, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};

// As memcmp says, which would be called, of 17 to 32 bytes.
template <std::size_t kSize>
bool same_bytes(const char* a, const char* b) {
  static_assert(kSize > 16 && kSize <= 32);
  const auto differ = [&](std::size_t at) { return base::load_le<std::uint64_t>(a + at) ^ base::load_le<std::uint64_t>(b + at); };
  return (differ(0) | differ(8) | differ(std::min<std::size_t>(16, kSize - 8)) | differ(kSize - 8)) == 0;
}

// Nanoseconds in what `digits` say behind the point: 1 to 9 of them, with eight bytes before their end that may be read. Negative if they
// are none.
std::int64_t nanoseconds(std::string_view digits) {
  std::int64_t value = 0;
  if (digits.size() <= 8) {
    value = eight_digits(digits.data() + digits.size() - 8, digits.size());
    return value < 0 ? value : value * kFractionUnits[digits.size()];
  }
  for (const char c : digits) {
    if (!is_digit(c)) return -1;
    value = 10 * value + (c - '0');
  }
  return value * kFractionUnits[digits.size()];
}

// Since midnight; negative if `text` is not of the form.
base::TimeNs time_in_day(std::string_view text) {
  if (text.size() < kShortest || text.size() > kShortest + 10 || text.size() == kShortest + 1) return -1;
  if (text[10] != 'T' || text[13] != ':' || text[16] != ':' || text.back() != 'Z') return -1;
  const int hour = two_digits(text.data() + 11), minute = two_digits(text.data() + 14);
  const int second = two_digits(text.data() + 17);
  if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 60) return -1;
  std::int64_t fraction = 0;
  if (text.size() > kShortest) {
    if (text[kPoint] != '.') return -1;
    fraction = nanoseconds(text.substr(kPoint + 1, text.size() - kShortest - 1));
    if (fraction < 0) return -1;
  }
  return (hour * 3600 + minute * 60 + second) * base::kNsPerSecond + fraction;
}

// Behind the second of a time.
struct Tail {
  std::int64_t nanoseconds;
  std::size_t end;  // where the time ends
};

bool begins_zone(char c) { return c == '+' || c == '-' || c == 'Z' || c == 'z' || c == 'U' || c == 'G'; }

// Of UTC or without a zone, as far as a few bytes tell; else nullopt.
std::optional<Tail> usual_tail(std::string_view text) {
  std::size_t end = kPoint;
  std::int64_t fraction = 0;
  if (text.size() > end + 1 && (text[end] == '.' || text[end] == ',') && is_digit(text[end + 1])) {
    const std::size_t first = ++end;
    while (end < text.size() && is_digit(text[end]) && end - first <= 9) fraction = 10 * fraction + (text[end++] - '0');
    if (end - first > 9) return std::nullopt;
    fraction *= kFractionUnits[end - first];
  }
  const auto is_blank = [&](std::size_t at) { return at >= text.size() || text[at] == ' '; };
  if (end < text.size() && text[end] == 'Z' && is_blank(end + 1)) return Tail{fraction, end + 1};
  const std::size_t zone = end + (end < text.size() && text[end] == ' ' ? 1 : 0);
  if (zone < text.size() && begins_zone(text[zone])) return std::nullopt;
  return Tail{fraction, end};
}

// Some hours more or less are in the range of times, too.
bool is_far_from_limits(base::TimeNs time) {
  constexpr base::TimeNs kMax = std::numeric_limits<base::TimeNs>::max() - 2 * base::kNsPerDay;
  return time <= kMax && time >= -kMax;
}

}  // namespace

std::optional<base::TimeNs> StampReader::read(std::string_view text) {
  const base::TimeNs in_day = time_in_day(text);
  if (in_day < 0) return std::nullopt;
  if (std::memcmp(text.data(), date_, sizeof date_) != 0 && !learn_date(text, in_day)) return std::nullopt;
  return midnight_ + in_day;
}

std::optional<base::TimeNs> BsdStampReader::read(std::string_view text, base::TimeNs reference, std::string_view& rest) {
  const bool same = text.size() >= sizeof stamp_ && std::memcmp(text.data(), stamp_, sizeof stamp_) == 0 && reference == reference_;
  if (same) {
    rest = text.substr(sizeof stamp_ - 1);
    return time_;
  }
  const auto time = parse_bsd_prefix(text, reference, rest);
  // What comes behind the blank cannot belong to the time.
  if (time && text.size() - rest.size() == sizeof stamp_ - 1 && rest.starts_with(' ')) {
    std::memcpy(stamp_, text.data(), sizeof stamp_);
    reference_ = reference;
    time_ = *time;
  }
  return time;
}

std::optional<base::TimeNs> ClfStampReader::read(std::string_view text) {
  const bool usual = text.size() == kClf;
  if (usual && same_bytes<kClf>(text.data(), stamp_)) return time_;
  const auto time = parse_clf(text);
  if (usual && time) {
    std::memcpy(stamp_, text.data(), kClf);
    time_ = *time;
  }
  return time;
}

std::optional<base::TimeNs> StampReader::read_prefix(std::string_view text, std::string_view& rest) {
  if (text.size() > kMillisecondsEnd + 1 && text[kMillisecondsEnd] == ' ' && same_bytes<kPoint>(text.data(), second_)) {
    const bool has_point = text[kPoint] == ',' || text[kPoint] == '.';
    const std::int64_t milliseconds = eight_digits(text.data() + kMillisecondsEnd - 8, 3);
    if (has_point && milliseconds >= 0 && !begins_zone(text[kMillisecondsEnd + 1])) {
      rest = text.substr(kMillisecondsEnd);
      return second_time_ + milliseconds * kFractionUnits[3];
    }
  }
  const auto tail = text.size() >= kPoint ? usual_tail(text) : std::nullopt;
  if (tail && same_bytes<kPoint>(text.data(), second_)) {
    rest = text.substr(tail->end);
    return second_time_ + tail->nanoseconds;
  }
  const auto time = parse_rfc3339_prefix(text, rest);
  if (time && tail && is_far_from_limits(*time)) {
    std::memcpy(second_, text.data(), kPoint);
    second_time_ = *time - tail->nanoseconds;
  }
  return time;
}

bool StampReader::learn_date(std::string_view text, base::TimeNs in_day) {
  const auto time = parse_rfc3339(text);
  // Dates of which some hours are beyond the range of times are left to the other.
  if (!time || !is_far_from_limits(*time)) return false;
  std::memcpy(date_, text.data(), kDate);
  midnight_ = *time - in_day;
  return true;
}

}  // namespace logmill::text
