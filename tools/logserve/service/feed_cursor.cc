#include "logserve/service/feed_cursor.h"

#include <algorithm>
#include <charconv>

#include "store/store_layout.h"

namespace logmill::logserve {
namespace {

// An id is made before its segment can be seen: so much later none with a lesser id appears any more.
constexpr std::int64_t kLateNs = 60 * base::kNsPerSecond;
constexpr std::size_t kTextBytesMax = 16 << 10;

bool is_id(std::string_view text) {
  const auto good = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == 'T' || c == '-'; };
  return !text.empty() && std::ranges::all_of(text, good);
}

std::string_view cut(std::string_view& text, char at) {
  const std::string_view head = text.substr(0, text.find(at));
  text.remove_prefix(std::min(head.size() + 1, text.size()));
  return head;
}

base::Error no_cursor() { return {base::ErrorCode::invalid, "Last-Event-ID: not a cursor that the stream gave"}; }

}  // namespace

base::Result<FeedCursor> FeedCursor::parse(std::string_view text) {
  if (text.size() > kTextBytesMax) return no_cursor();
  FeedCursor cursor;
  cursor.all_before = cut(text, '~');
  if (!is_id(cursor.all_before)) return no_cursor();
  while (!text.empty()) {
    std::string_view rows = cut(text, '~');
    const std::string_view id = cut(rows, '=');
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(rows.data(), rows.data() + rows.size(), number);
    if (!is_id(id) || rows.empty() || parsed.ec != std::errc() || parsed.ptr != rows.data() + rows.size() || number > UINT32_MAX)
      return no_cursor();
    cursor.taken[std::string(id)] = number;
  }
  return cursor;
}

std::string FeedCursor::text() const {
  std::string text = all_before;
  for (const auto& [id, rows] : taken) text.append("~").append(id).append("=").append(std::to_string(rows));
  return text;
}

base::Result<FeedCursors> parse_cursors(std::string_view text, std::size_t stores) {
  FeedCursors cursors;
  while (cursors.size() < stores) {
    LOGMILL_ASSIGN_OR_RETURN(FeedCursor cursor, FeedCursor::parse(cut(text, '!')));
    cursors.push_back(std::move(cursor));
  }
  if (!text.empty()) return no_cursor();
  return cursors;
}

std::string format_cursors(const FeedCursors& cursors) {
  std::string text;
  for (const FeedCursor& cursor : cursors) text.append(text.empty() ? "" : "!").append(cursor.text());
  return text;
}

void FeedCursor::settle(base::TimeNs now, const store::StoreView::Taken& growing) {
  all_before = std::max(all_before, store::make_segment_id(now - kLateNs, 0));
  for (const auto& [id, rows] : growing) taken[id] = std::max(taken[id], rows);
  std::erase_if(taken, [&](const auto& entry) { return entry.first < all_before && !growing.contains(entry.first); });
}

std::uint64_t FeedCursor::rows_of(std::string_view id) const {
  if (const auto found = taken.find(id); found != taken.end()) return found->second;
  return id < all_before ? UINT64_MAX : 0;
}

}  // namespace logmill::logserve
