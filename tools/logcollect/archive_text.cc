#include "logcollect/archive_text.h"

#include <algorithm>

#include "sys/file_identity.h"

namespace logmill::logcollect {

base::Result<ArchiveText> ArchiveText::open(const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(auto file, sys::HeldFile::open(path));
  ArchiveText text(std::move(file), path);
  LOGMILL_RETURN_IF_ERROR(text.fetch());
  text.inflater_ = codec::make_inflater(codec::detect_container(text.rest_));
  if (!text.inflater_) return base::Error{base::ErrorCode::corrupt, path + ": not compressed any more"};
  return text;
}

base::Status ArchiveText::fetch() {
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, file_.read_at(offset_, compressed_.data(), compressed_.size()));
  offset_ += got;
  rest_ = {compressed_.data(), got};
  return {};
}

base::Result<std::size_t> ArchiveText::read(std::span<char> to) {
  while (true) {
    if (rest_.empty()) LOGMILL_RETURN_IF_ERROR(fetch());
    const bool input_ended = rest_.empty();
    auto got = inflater_->inflate(rest_, to);
    if (!got) return std::move(got).error().with_context(path_);
    if (*got > 0 || to.empty()) return *got;
    if (!input_ended) continue;
    if (!inflater_->complete()) return base::Error{base::ErrorCode::corrupt, path_ + ": ends within compressed data"};
    return 0;
  }
}

base::Status ArchiveText::skip(std::uint64_t bytes) {
  std::string skipped(std::min<std::uint64_t>(bytes, kCompressedBytes), '\0');
  while (bytes > 0) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, read({skipped.data(), std::min<std::uint64_t>(bytes, skipped.size())}));
    if (got == 0) return base::Error{base::ErrorCode::corrupt, path_ + ": shorter than it was"};
    bytes -= got;
  }
  return {};
}

namespace {

base::Result<std::string> read_archive_head(const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(ArchiveText text, ArchiveText::open(path));
  std::string head(sys::kHeadBytes, '\0');
  std::size_t size = 0;
  while (size < head.size()) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, text.read({head.data() + size, head.size() - size}));
    if (got == 0) break;
    size += got;
  }
  head.resize(size);
  if (const std::size_t newline = head.find('\n'); newline != std::string::npos) head.resize(newline + 1);
  return head;
}

}  // namespace

base::Result<ArchiveTraits> measure_archive(const std::string& path,
                                            const std::function<std::vector<std::uint64_t>(const std::string& head)>& positions) {
  ArchiveTraits traits;
  LOGMILL_ASSIGN_OR_RETURN(traits.head, read_archive_head(path));
  const std::vector<std::uint64_t> wanted = positions(traits.head);
  LOGMILL_ASSIGN_OR_RETURN(ArchiveText text, ArchiveText::open(path));
  std::string buffer(256 << 10, '\0');
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t got, text.read({buffer.data(), buffer.size()}));
    if (got == 0) return traits;
    for (const std::uint64_t position : wanted)
      if (position > traits.size && position <= traits.size + got && buffer[position - traits.size - 1] == '\n')
        traits.line_starts.insert(position);
    traits.size += got;
    traits.tail.append(buffer, got > sys::kHeadBytes ? got - sys::kHeadBytes : 0, std::min(got, sys::kHeadBytes));
    if (traits.tail.size() > sys::kHeadBytes) traits.tail.erase(0, traits.tail.size() - sys::kHeadBytes);
  }
}

}  // namespace logmill::logcollect
