#include "store/sealer.h"

#include <memory>

#include "store/block_scanner.h"
#include "store/segment_builder.h"
#include "store/segment_format.h"
#include "store/segment_header.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

// Joining the rows of a few small blocks gains next to nothing, and costs reading and writing all
// the others again.
constexpr std::uint64_t kJoinedShareMin = 8;

// Whether so many rows lie in small blocks beside small blocks that the segment is better written
// anew.
bool worth_joining(const std::vector<BlockInfo>& blocks, const BuildOptions& options) {
  const auto is_small = [&](std::size_t i) { return i < blocks.size() && !options.is_full(blocks[i]); };
  std::uint64_t rows = 0, joinable = 0, joinable_blocks = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    rows += blocks[i].rows;
    if (!is_small(i) || !(is_small(i + 1) || (i > 0 && is_small(i - 1)))) continue;
    joinable += blocks[i].rows;
    ++joinable_blocks;
  }
  return joinable * kJoinedShareMin > rows || joinable_blocks * 2 > blocks.size();
}

class Sealer {
 public:
  Sealer(sys::FileSystem& fs, const std::string& live_path, const BuildOptions& options, base::WorkerPool& helper, base::Reporter& reporter)
      : fs_(fs), live_path_(live_path), options_(options), helper_(helper), reporter_(reporter), sealed_(options) {}

  base::Result<SealResult> seal() {
    LOGMILL_ASSIGN_OR_RETURN(live_, open_segment(fs_, live_path_, reporter_));
    if (live_->blocks().empty()) return remove_empty();
    LOGMILL_ASSIGN_OR_RETURN(const bool whole, is_whole());
    if (whole && !worth_joining(live_->blocks(), options_) && live_->info().bytes > kPackedMax) return seal_in_place();
    const std::string temporary = with_suffix(live_path_, kSealedSuffix) + std::string(kTemporarySuffix);
    auto written = write(temporary);
    if (!written) {
      // What was written is worthless, and the error that matters is the one at hand.
      [[maybe_unused]] const auto removed = fs_.remove(temporary);
      return std::move(written).error().with_context("sealing " + live_path_);
    }
    LOGMILL_RETURN_IF_ERROR(publish(temporary));
    return SealResult{with_suffix(live_path_, kSealedSuffix), live_->info().rows, *written};
  }

 private:
  base::Result<SealResult> remove_empty() {
    LOGMILL_RETURN_IF_ERROR(fs_.remove(live_path_));
    LOGMILL_RETURN_IF_ERROR(fs_.sync_directory(sys::parent(live_path_)));
    return SealResult{};
  }

  // Whether nothing of it is damaged: what is must be kept.
  base::Result<bool> is_whole() {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, fs_.open(live_path_, sys::OpenMode::read));
    LOGMILL_ASSIGN_OR_RETURN(const std::string header, read_string_at(*file, 0, kSegmentHeaderBytes));
    return live_->info().damaged_blocks == 0 && parse_segment_header(header).has_value();
  }

  // Footer behind the blocks, sync, another name: nothing is written twice. Cut short anywhere, it
  // is a live segment still.
  base::Result<SealResult> seal_in_place() {
    const std::string sealed_path = with_suffix(live_path_, kSealedSuffix);
    const auto write_footer = [&]() -> base::Result<std::uint64_t> {
      LOGMILL_RETURN_IF_ERROR(sealed_.open_live(fs_, live_path_, live_->blocks()));
      LOGMILL_ASSIGN_OR_RETURN(auto frontiers, live_->frontiers());
      auto finished = sealed_.finish(std::move(frontiers), {}, helper_);
      // On a full disk the space may be needed; what cannot be cut off is cut off next time.
      if (!finished) [[maybe_unused]]
        const auto cut = sealed_.cut_footer();
      return finished;
    };
    auto bytes = write_footer();
    if (!bytes) return std::move(bytes).error().with_context("sealing " + live_path_);
    LOGMILL_RETURN_IF_ERROR(fs_.rename(live_path_, sealed_path));
    if (auto synced = fs_.sync_directory(sys::parent(live_path_)); !synced)
      reporter_.warn("seal", "sealed " + live_path_ + ": its new name is not synced: " + synced.error().what);
    return SealResult{sealed_path, live_->info().rows, *bytes};
  }

  // Returns the size of the file.
  base::Result<std::uint64_t> write(const std::string& temporary) {
    LOGMILL_ASSIGN_OR_RETURN(const auto live_file, fs_.open(live_path_, sys::OpenMode::read));
    LOGMILL_ASSIGN_OR_RETURN(const std::string header, read_string_at(*live_file, 0, kSegmentHeaderBytes));
    LOGMILL_RETURN_IF_ERROR(sealed_.open(fs_, temporary, parse_segment_header(header).value_or(0)));
    for (std::size_t i = 0; i < live_->blocks().size(); ++i) LOGMILL_RETURN_IF_ERROR(take_block(i, *live_file));
    LOGMILL_ASSIGN_OR_RETURN(auto frontiers, live_->frontiers());
    return sealed_.finish(std::move(frontiers), {}, helper_);
  }

  base::Status take_block(std::size_t index, const sys::File& live_file) {
    const BlockInfo& info = live_->blocks()[index];
    if (options_.is_full(info)) {
      LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, read_string_at(live_file, info.offset, info.bytes));
      return sealed_.add_block(bytes);
    }
    LOGMILL_ASSIGN_OR_RETURN(const auto block, live_->read_block(index));
    return sealed_.add_rows(*block);
  }

  base::Status publish(const std::string& temporary) {
    LOGMILL_RETURN_IF_ERROR(fs_.rename(temporary, with_suffix(live_path_, kSealedSuffix)));
    // From here on the segment is sealed, whatever fails: readers see it, and the live one must not
    // grow any more.
    if (auto gone = remove_live(); !gone) reporter_.warn("seal", "sealed " + live_path_ + ", which stays beside it: " + gone.error().what);
    return {};
  }

  base::Status remove_live() {
    const std::string folder = sys::parent(live_path_);
    // The sealed file must be found after a power cut before the live one may be lost.
    LOGMILL_RETURN_IF_ERROR(fs_.sync_directory(folder));
    if (live_->info().damaged_blocks > 0) {
      const std::string kept = with_suffix(live_path_, kDamagedSuffix);
      reporter_.warn("damaged_segment", live_path_ + ": kept as " + kept + ": some of it could not be read");
      LOGMILL_RETURN_IF_ERROR(fs_.rename(live_path_, kept));
    } else {
      LOGMILL_RETURN_IF_ERROR(fs_.remove(live_path_));
    }
    return fs_.sync_directory(folder);
  }

  sys::FileSystem& fs_;
  const std::string& live_path_;
  const BuildOptions& options_;
  base::WorkerPool& helper_;
  base::Reporter& reporter_;
  std::unique_ptr<SegmentReader> live_;
  SegmentBuilder sealed_;
};

}  // namespace

base::Result<SealResult> seal_segment(sys::FileSystem& fs, const std::string& live_path, const BuildOptions& options,
                                      base::WorkerPool& helper, base::Reporter& reporter) {
  return Sealer(fs, live_path, options, helper, reporter).seal();
}

}  // namespace logmill::store
