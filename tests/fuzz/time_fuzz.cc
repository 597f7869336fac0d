// Times, durations, sizes: whatever is typed. A time that was read prints as text that reads back
// the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "text/json_writer.h"
#include "text/time.h"
#include "text/units.h"

using namespace logmill;

namespace {

constexpr base::TimeNs kReference = 1'795'256'100 * base::kNsPerSecond;

void check(std::optional<base::TimeNs> time) {
  if (!time) return;
  std::string text;
  text::append_time_utc(text, *time);
  if (text::parse_rfc3339(text) != *time) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view typed(reinterpret_cast<const char*>(data), size);
  std::string_view rest;
  check(text::parse_rfc3339_prefix(typed, rest));
  check(text::parse_bsd_prefix(typed, kReference, rest));
  check(text::parse_epoch(typed));
  check(text::parse_clf(typed));
  if (auto time = text::parse_user_time(typed, kReference, true)) check(*time);
  if (const auto ns = text::parse_duration(typed); ns && *ns < 0) std::abort();
  (void)text::parse_size(typed);
  (void)text::parse_count(typed);
  (void)text::parse_rate(typed);
  return 0;
}
