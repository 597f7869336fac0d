// Whether the year of a time is written or guessed no parser tells. So lines are read as if it were
// 200 years ago: what is of that time then is read again as of now, and where the two differ years
// were guessed.
#include "index/span_times.h"

#include <algorithm>

#include "base/reporter.h"
#include "index/sidecar_format.h"
#include "text/last_line_end.h"

namespace logmill::index {
namespace {

// So much that it stays in the cache, and little is done in vain where records have no times.
constexpr std::size_t kFedBytes = 64 << 10;
constexpr std::size_t kRowsAtOnce = 512;

constexpr base::TimeNs kDayNs = 86'400 * base::kNsPerSecond;
constexpr base::TimeNs kYearNs = 365 * kDayNs;
constexpr base::TimeNs kLongNs = 200 * kYearNs;
// The 29th of February may be eight years ago.
constexpr base::TimeNs kGuessedNs = 9 * kYearNs;

std::string_view whole_lines(std::string_view text) { return text.substr(0, text::last_line_end(text) + 1); }

}  // namespace

SpanTimes::Reading::Reading(codec::Format format, base::TimeNs now)
    : format_(format),
      reader_(codec::make_reader({.format = format}, base::null_reporter())),
      parser_({.format = {}, .reference = now, .asked_fields = std::vector<std::string>{}}) {}

void SpanTimes::Reading::learn(std::string_view head) {
  for (fill_batch(head); !batch_.empty(); fill_batch(head)) parser_.parse_batch(batch_);
  parser_.learn(false);
}

bool SpanTimes::Reading::read(std::string_view lines) {
  times_.clear();
  for (fill_batch(lines); !batch_.empty(); fill_batch(lines)) {
    const auto parsed = parser_.parse_parts(batch_, [this](const record::Batch& part) -> base::Status {
      times_.insert(times_.end(), part.times().begin(), part.times().end());
      return {};
    });
    if (!parsed || std::ranges::find(times_, record::kNoTime) != times_.end()) {
      reader_ = codec::make_reader({.format = format_}, base::null_reporter());  // it holds lines that are not read
      return false;
    }
  }
  return true;
}

// Empty: there are no more lines.
void SpanTimes::Reading::fill_batch(std::string_view& lines) {
  batch_.clear();
  reader_->begin(batch_);
  while (reader_->decode(batch_, codec::InputEnd::no) == codec::Decoded::needs_input && !lines.empty() && batch_.rows() < kRowsAtOnce) {
    const auto room = reader_->room(batch_);
    const std::size_t size = lines.copy(room.data(), std::min(room.size(), kFedBytes));
    reader_->added(batch_, size);
    lines.remove_prefix(size);
  }
  reader_->end(batch_);
}

SpanTimes::SpanTimes(std::string_view head, base::TimeNs now)
    : long_ago_(now - kLongNs),
      then_(codec::detect_format(head.substr(0, kStampedBytes)), long_ago_),
      now_(codec::detect_format(head.substr(0, kStampedBytes)), now) {
  then_.learn(whole_lines(head));
  now_.learn(whole_lines(head));
}

// Whether years were guessed. Lines of the same time then are of the same time now, so that one of them is enough, unless one has its year
// written and that is the one 200 years ago.
bool SpanTimes::read_now(std::string_view lines) {
  const std::vector<base::TimeNs>& then = then_.times();
  if (pick_lines(lines)) {
    const bool read = now_.read(picked_);
    const auto same = [this](std::size_t i) { return now_.times()[i] == then_.times()[picked_rows_[i]]; };
    bool all_guessed = read && now_.times().size() == picked_rows_.size();
    for (std::size_t i = 0; all_guessed && i < picked_rows_.size(); ++i) all_guessed = !same(i);
    if (all_guessed) return true;
  }
  if (!now_.read(lines)) now_.forget();
  return now_.times() != then;
}

// The first of the lines of each time that follow each other. False if it is not certain which line is which record.
bool SpanTimes::pick_lines(std::string_view lines) {
  const std::vector<base::TimeNs>& then = then_.times();
  picked_.clear();
  picked_rows_.clear();
  std::size_t row = 0;
  for (; !lines.empty();) {
    const std::string_view line = lines.substr(0, std::min(lines.find('\n'), lines.size() - 1) + 1);
    lines.remove_prefix(line.size());
    if (line == "\n" || line == "\r\n") continue;
    if (row == then.size()) return false;
    if (row == 0 || then[row] != then[row - 1]) {
      picked_ += line;
      picked_rows_.push_back(row);
    }
    ++row;
  }
  return row == then.size();
}

std::optional<SidecarSpan::Times> SpanTimes::of(std::string_view lines) {
  if (!then_.read(lines) || then_.times().empty()) return std::nullopt;
  SidecarSpan::Times times;
  const std::vector<base::TimeNs>* all = &then_.times();
  if (std::any_of(all->begin(), all->end(),
                  [this](base::TimeNs time) { return time > long_ago_ - kGuessedNs && time <= long_ago_ + 2 * kDayNs; })) {
    times.year_guessed = read_now(lines);
    if (now_.times().empty()) return std::nullopt;
    all = &now_.times();
  }
  const auto [min, max] = std::minmax_element(all->begin(), all->end());
  times.min = *min;
  times.max = *max;
  return times;
}

}  // namespace logmill::index
