#include "query/language/time_bound.h"

#include "text/time.h"
#include "text/units.h"

namespace logmill::query {

base::Result<base::TimeNs> parse_time_bound(const std::string& flag, const std::string& text, const Context& context) {
  auto time = text::parse_user_time(text, context.now, context.utc);
  if (time) return time;
  if (const auto ago = text::parse_duration(text)) return context.now - *ago;
  return std::move(time).error().with_context(flag);
}

}  // namespace logmill::query
