#include "index/sidecar_builder.h"

#include <algorithm>

#include "codec/format.h"
#include "index/sidecar_format.h"
#include "index/sidecar_writer.h"
#include "index/span_keys.h"
#include "index/span_times.h"
#include "index/text_reader.h"
#include "text/last_line_end.h"

namespace logmill::index {
namespace {

constexpr std::size_t kReadBytes = 256 << 10;
// Of a longer line nothing can be left out, and all of it would have to be held.
constexpr std::size_t kLineBytesMax = 64 << 20;
// Lines are cut by readers where they are longer than this or a little more: the span is not judged
// by its tokens.
constexpr std::size_t kJudgedSpanBytesMax = 8 << 20;

base::Result<codec::Container> container_of(const sys::File& file, const std::string& path) {
  char head[4096];
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t size, file.read_at(0, head, sizeof head));
  const std::string_view bytes(head, size);
  const codec::Container container = codec::detect_container(bytes);
  if (container > codec::Container::zstd)
    return base::Error{base::ErrorCode::unsupported, path + ": of compressed files only .gz and .zst are indexed"};
  if (container == codec::Container::none && codec::detect_format(bytes) == codec::Format::frames)
    return base::Error{base::ErrorCode::unsupported, path + ": holds frames, not text"};
  return container;
}

base::Result<std::string> read_head(const sys::File& file, codec::Container container) {
  TextReader reader(file, container);
  std::string head(kTimedHeadBytes, '\0');
  std::size_t filled = 0;
  while (filled < head.size()) {
    LOGMILL_ASSIGN_OR_RETURN(const std::size_t size, reader.read(std::span(head).subspan(filled)));
    if (size == 0) break;
    filled += size;
  }
  head.resize(filled);
  return head;
}

// The library's search for a byte looks at thirty-two at once, its count at one.
std::uint64_t count_lines(std::string_view text) {
  std::uint64_t lines = 0;
  for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; ++at) ++lines;
  return lines;
}

class TextSpans {
 public:
  TextSpans(SidecarWriter& writer, TextReader& reader, std::uint64_t raw_end, const sys::File& file, codec::Container container,
            base::TimeNs now)
      : writer_(writer), reader_(reader), raw_end_(raw_end), file_(file), container_(container), now_(now) {}

  base::Status run(const sys::Stop& stop) {
    while (true) {
      if (stop.requested()) return base::Error{base::ErrorCode::again, "stopped"};
      LOGMILL_RETURN_IF_ERROR(add_points());
      const std::size_t held = text_.size();
      const std::size_t wanted = std::min<std::uint64_t>(kReadBytes, raw_end_ - std::min(raw_end_, reader_.raw_offset()));
      text_.resize(held + wanted);
      LOGMILL_ASSIGN_OR_RETURN(const std::size_t size,
                               wanted == 0 ? base::Result<std::size_t>(std::size_t{0}) : reader_.read({text_.data() + held, wanted}));
      text_.resize(held + size);
      if (size == 0) break;
      if (text_.size() >= kSpanBytes) LOGMILL_RETURN_IF_ERROR(cut(text_.find('\n', std::max<std::size_t>(held, kSpanBytes - 1)) + 1));
      if (text_.size() > kLineBytesMax) return base::Error{base::ErrorCode::too_large, "a line of more than 64 MiB"};
    }
    LOGMILL_RETURN_IF_ERROR(add_points());
    // A search need not decompress what stands before the end to see that nothing follows.
    if (container_ != codec::Container::none)
      LOGMILL_RETURN_IF_ERROR(writer_.add_point({.raw_offset = reader_.raw_offset(), .file_offset = reader_.file_offset(), .window = {}}));
    return cut(text::last_line_end(text_) + 1);
  }

 private:
  // The first so many bytes are a span; 0: they are none yet.
  base::Status cut(std::size_t size) {
    if (size == 0) return {};
    const std::string_view text = std::string_view(text_).substr(0, size);
    keys_.add(text);
    SidecarSpan span{.bytes = size, .lines = count_lines(text)};
    span.opaque = keys_.take_opaque() || size > kJudgedSpanBytesMax;
    LOGMILL_RETURN_IF_ERROR(find_times(text, span));
    LOGMILL_RETURN_IF_ERROR(writer_.add_span(span, keys_.take()));
    text_.erase(0, size);
    return {};
  }

  // What begins in the head is read by every search.
  base::Status find_times(std::string_view text, SidecarSpan& span) {
    if (writer_.raw_bytes() < kTimedHeadBytes || text.size() > kJudgedSpanBytesMax) return {};
    if (!times_) {
      LOGMILL_ASSIGN_OR_RETURN(const std::string head, read_head(file_, container_));
      times_.emplace(head, now_);
    }
    span.times = times_->of(text);
    return {};
  }

  base::Status add_points() {
    while (const auto point = reader_.take_point())
      if (point->raw_offset >= writer_.last_point() + kSpanBytes && writer_.points() < kPointsMax)
        LOGMILL_RETURN_IF_ERROR(writer_.add_point(*point));
    return {};
  }

  SidecarWriter& writer_;
  TextReader& reader_;
  const std::uint64_t raw_end_;
  const sys::File& file_;
  const codec::Container container_;
  const base::TimeNs now_;
  SpanKeys keys_;
  std::optional<SpanTimes> times_;  // made when the first span needs it
  std::string text_;                // that is in no span yet
};

}  // namespace

base::Status build_sidecar(sys::FileSystem& fs, const std::string& path, const std::string& sidecar, const SidecarReader* old,
                           base::TimeNs now, const sys::Stop& stop) {
  LOGMILL_ASSIGN_OR_RETURN(const auto file, fs.open(path, sys::OpenMode::read));
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, file->info());
  LOGMILL_ASSIGN_OR_RETURN(const FileStamp stamp, stamp_file(*file, info));
  LOGMILL_ASSIGN_OR_RETURN(const codec::Container container, container_of(*file, path));
  LOGMILL_ASSIGN_OR_RETURN(const auto writer, SidecarWriter::create(fs, sidecar, container));
  TextReader reader(*file, container);
  const bool goes_on = old != nullptr && old->container() == container;
  if (goes_on) {
    LOGMILL_RETURN_IF_ERROR(writer->copy(*old));
    reader.enter(container == codec::Container::none ? codec::AccessPoint{} : old->point_before(writer->raw_bytes()));
  }
  reader.find_points(kPointBytes);
  if (goes_on) {
    if (auto skipped = reader.skip_to(writer->raw_bytes()); !skipped) return std::move(skipped).error().with_context(path);
  }
  // What is written to a plain file meanwhile belongs to the next time.
  const bool plain = container == codec::Container::none;
  TextSpans spans(*writer, reader, plain ? info.size : UINT64_MAX, *file, container, now);
  if (auto read = spans.run(stop); !read) return std::move(read).error().with_context(path);
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo after, file->info());
  if (!plain && (after.size != info.size || after.modified != info.modified))
    return base::Error{base::ErrorCode::again, path + ": changed while it was read"};
  return writer->finish(stamp);
}

}  // namespace logmill::index
