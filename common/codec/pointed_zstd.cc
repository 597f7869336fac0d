#include "codec/pointed_zstd.h"

#include "codec/inflate.h"
#include "codec/zstd_point_finder.h"

namespace logmill::codec {
namespace {

class PointedZstd final : public PointedInflater {
 public:
  explicit PointedZstd(const AccessPoint& start) : raw_offset_(start.raw_offset), file_offset_(start.file_offset) {
    if (!start.inside_member) return;
    complete_ = false;
    entry_ = ZstdEntry::of(start.window);
    inside_frame_ = true;
    inflater_ = entry_ ? make_zstd_inflater(ZstdEntry::dictionary(start.window)) : nullptr;
    std::string_view header = entry_ ? entry_->frame_header : std::string_view();
    char none;
    // A header alone gives no text.
    if (inflater_ && (!inflater_->inflate_member(header, {&none, 1}) || !header.empty())) inflater_.reset();
  }

  base::Result<std::size_t> inflate(std::string_view& in, std::span<char> out) override {
    if (!inflater_) return base::Error{base::ErrorCode::corrupt, "damaged access point"};
    if (!skip_checksum(in) || (complete_ && in.empty())) return std::size_t{0};
    if (complete_) begin_frame();
    if (finder_ && allowed_ == 0 && drained_) allowed_ = finder_->allow(in);
    std::string_view allowed = finder_ ? in.substr(0, allowed_) : in;
    const std::size_t before = allowed.size();
    auto written = inflater_->inflate_member(allowed, out);
    if (!written) return written;
    const std::size_t taken = before - allowed.size();
    in.remove_prefix(taken);
    file_offset_ += taken;
    raw_offset_ += *written;
    if (finder_) look(taken, out.first(*written), out.size());
    if (inflater_->complete()) end_frame();
    return written;
  }

  bool complete() const override { return complete_ && checksum_left_ == 0; }

  void find_points(std::uint64_t apart) override {
    finder_.emplace(apart);
    if (inside_frame_ && entry_) finder_->enter(*entry_, raw_offset_);
  }

 private:
  // Where decompression began inside a frame, nothing is expected behind its last block.
  bool skip_checksum(std::string_view& in) {
    const std::size_t size = std::min(checksum_left_, in.size());
    in.remove_prefix(size);
    checksum_left_ -= size;
    file_offset_ += size;
    return checksum_left_ == 0;
  }

  void begin_frame() {
    complete_ = false;
    if (!finder_) return;
    member_start_ = AccessPoint{.raw_offset = raw_offset_, .file_offset = file_offset_, .window = {}};
    finder_->begin_frame(raw_offset_);
    allowed_ = 0;
    drained_ = true;
  }

  void look(std::size_t taken, std::span<const char> text, std::size_t room) {
    allowed_ -= taken;
    finder_->add_text({text.data(), text.size()});
    // With room left nothing is held back any more.
    drained_ = text.size() < room || inflater_->complete();
    if (allowed_ == 0 && drained_) finder_->end_block(file_offset_);
    if (auto point = finder_->take_point()) inside_ = std::move(point);
  }

  void end_frame() {
    complete_ = true;
    if (finder_) finder_->end_frame();
    if (finder_)
      if (auto point = finder_->take_point()) inside_ = std::move(point);
    if (!inside_frame_) return;
    checksum_left_ = entry_->checksum ? ZstdEntry::kChecksumBytes : 0;
    inside_frame_ = false;
    inflater_ = make_inflater(Container::zstd);
  }

  std::unique_ptr<Inflater> inflater_ = make_inflater(Container::zstd);
  std::optional<ZstdEntry> entry_;
  std::optional<ZstdPointFinder> finder_;
  std::uint64_t raw_offset_, file_offset_;
  bool complete_ = true;
  bool inside_frame_ = false;  // decompression began there
  std::size_t checksum_left_ = 0;
  std::size_t allowed_ = 0;  // of what comes, up to the end of a block
  bool drained_ = true;      // there is no text any more of what was taken
};

}  // namespace

std::unique_ptr<PointedInflater> make_pointed_zstd(const AccessPoint& start) { return std::make_unique<PointedZstd>(start); }

}  // namespace logmill::codec
