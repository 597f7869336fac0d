#include "index/text_reader.h"

#include <algorithm>

namespace logmill::index {
namespace {

constexpr std::size_t kFetchBytes = 256 << 10;

}  // namespace

TextReader::TextReader(const sys::File& file, codec::Container container) : file_(file), container_(container) { enter({}); }

void TextReader::enter(const codec::AccessPoint& point) {
  inflater_ = codec::make_pointed_inflater(container_, point);
  file_offset_ = inflater_ ? point.feed_offset() : point.raw_offset;
  raw_offset_ = point.raw_offset;
  rest_ = {};
}

void TextReader::find_points(std::uint64_t apart) {
  if (inflater_) inflater_->find_points(apart);
}

std::optional<codec::AccessPoint> TextReader::take_point() { return inflater_ ? inflater_->take_point() : std::nullopt; }

base::Status TextReader::skip_to(std::uint64_t raw_offset) {
  if (!inflater_) {
    file_offset_ = raw_offset_ = raw_offset;
    return {};
  }
  std::string skipped(std::min<std::uint64_t>(kFetchBytes, raw_offset - raw_offset_), '\0');
  while (raw_offset_ < raw_offset) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(skipped.size(), raw_offset - raw_offset_));
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, read({skipped.data(), size}));
    if (got == 0) return base::Error{base::ErrorCode::corrupt, "ends before byte " + std::to_string(raw_offset) + " of its text"};
  }
  return {};
}

base::Result<std::size_t> TextReader::read(std::span<char> to) {
  if (!inflater_) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t size, file_.read_at(file_offset_, to.data(), to.size()));
    file_offset_ += size;
    raw_offset_ += size;
    bytes_read_ += size;
    return size;
  }
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t size, inflater_->inflate(rest_, to));
    raw_offset_ += size;
    if (size > 0) return size;
    if (!rest_.empty()) continue;
    fetched_.resize(kFetchBytes);
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file_.read_at(file_offset_, fetched_.data(), fetched_.size()));
    if (got == 0 && !inflater_->complete()) return base::Error{base::ErrorCode::corrupt, "compressed data end too early"};
    if (got == 0) return std::size_t{0};
    file_offset_ += got;
    bytes_read_ += got;
    rest_ = std::string_view(fetched_).substr(0, got);
  }
}

}  // namespace logmill::index
