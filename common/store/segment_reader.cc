// Segments as readers see them: sealed ones by their footer, live ones (and sealed ones whose
// footer is damaged) by a walk.
#include <algorithm>

#include "store/block_reader.h"
#include "store/block_scanner.h"
#include "store/footer.h"
#include "store/frontier_table.h"
#include "store/packed_segment.h"
#include "store/reader.h"
#include "store/segment_format.h"
#include "store/store_layout.h"

namespace logmill::store {
namespace {

bool is_sealed_path(const std::string& path) { return path.ends_with(kSealedSuffix) || path.ends_with(kNewSuffix); }

class FileSegmentReader final : public SegmentReader {
 public:
  FileSegmentReader(sys::FileSystem& fs, std::string path, base::Reporter& reporter) : fs_(fs), reporter_(reporter) {
    info_.id = segment_id(path);
    info_.path = std::move(path);
  }

  base::Status open() {
    auto opened = open_segment_bytes(fs_, info_.path);
    if (!opened && opened.error().code == base::ErrorCode::not_found && !info_.path.ends_with(kSealedSuffix)) {
      // Sealed, or no longer new, since the caller learned of it.
      info_.path = with_suffix(info_.path, kSealedSuffix);
      opened = open_segment_bytes(fs_, info_.path);
    }
    if (!opened) return std::move(opened).error();
    file_ = std::move(opened->file);
    info_.sealed = is_sealed_path(info_.path);
    info_.bytes = opened->bytes_on_disk;
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo stat, file_->info());
    LOGMILL_ASSIGN_OR_RETURN(const std::string header, read_string_at(*file_, 0, kSegmentHeaderBytes));
    if (auto created = parse_segment_header(header); !created) LOGMILL_RETURN_IF_ERROR(judge_header(created.error()));
    if (info_.sealed) return open_sealed(stat.size);
    scanner_.emplace(*file_, BlockScanner::Unsynced::possible);
    return scan();
  }

  // Blocks describe themselves, so that a damaged header is no reason to give them up. A live
  // segment may have an unwritten one: it was only just created, or a power cut came before its
  // first commit.
  base::Status judge_header(base::Error error) {
    if (error.code != base::ErrorCode::corrupt) return std::move(error).with_context(info_.path);
    if (!info_.sealed) return {};
    reporter_.warn("damaged_header", info_.path + ": " + error.what);
    ++info_.damaged_blocks;
    return {};
  }

  const SegmentInfo& info() const override { return info_; }
  const std::vector<BlockInfo>& blocks() const override { return blocks_; }

  const ValueCounts* value_counts(std::string_view name) const override {
    const auto known = footer_.counts.find(name);
    return known == footer_.counts.end() ? nullptr : &known->second;
  }

  base::Result<std::optional<std::vector<std::uint8_t>>> may_contain(std::string_view name, std::string_view text) const override {
    const auto filter = std::ranges::find(footer_.filters, name, &MemberFilter::name);
    if (filter == footer_.filters.end()) return std::optional<std::vector<std::uint8_t>>();
    auto blocks = look_up(*file_, *filter, blocks_.size(), text);
    if (!blocks) return std::move(blocks).error().with_context(info_.path);
    return std::optional(*std::move(blocks));
  }

  base::Status verify_filters() const override {
    for (const MemberFilter& filter : footer_.filters)
      if (auto sound = verify_member_filter(*file_, filter, blocks_.size()); !sound)
        return std::move(sound).error().with_context(info_.path);
    return {};
  }

  base::Result<std::vector<Frontier>> frontiers() const override {
    if (info_.sealed && !scanner_) return footer_.frontiers;
    FrontierTable table;
    for (std::size_t i = 0; i < heads_.size(); ++i) {
      LOGMILL_ASSIGN_OR_RETURN(const BlockHead head, head_of(i));
      for (const BlockReader::RangeRows& entry : head.directory.ranges) table.advance(entry.range);
    }
    return table.list();
  }

  const SegmentOrigin& origin() const override { return footer_.origin; }

  base::Result<std::unique_ptr<BlockReader>> read_block(std::size_t index) override {
    LOGMILL_ASSIGN_OR_RETURN(BlockHead head, head_of(index));
    return std::unique_ptr<BlockReader>(std::make_unique<FileBlockReader>(
        file_, block_name(index), blocks_[index], blocks_[index].offset + heads_[index]->size(), std::move(head.directory)));
  }

  base::Result<bool> refresh() override {
    if (info_.sealed) return false;
    const std::size_t before = blocks_.size();
    LOGMILL_RETURN_IF_ERROR(scan());
    if (blocks_.size() > before) return true;
    const std::string sealed = with_suffix(info_.path, kSealedSuffix);
    if (!fs_.info(sealed)) return false;
    FileSegmentReader reopened(fs_, sealed, reporter_);
    LOGMILL_RETURN_IF_ERROR(reopened.open());
    take_over(std::move(reopened));
    return true;
  }

  base::Result<std::unique_ptr<SegmentReader>> refreshed() const override {
    std::unique_ptr<SegmentReader> none;
    if (info_.sealed) return none;
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, file_->info());
    if (file.size == scanner_->offset() && !fs_.info(with_suffix(info_.path, kSealedSuffix))) return none;
    std::unique_ptr<FileSegmentReader> copy(new FileSegmentReader(*this));
    LOGMILL_ASSIGN_OR_RETURN(const bool more, copy->refresh());
    return more ? std::unique_ptr<SegmentReader>(std::move(copy)) : std::move(none);
  }

 private:
  // Of a live segment, whose footer has no content.
  FileSegmentReader(const FileSegmentReader& other)
      : fs_(other.fs_),
        reporter_(other.reporter_),
        file_(other.file_),
        info_(other.info_),
        blocks_(other.blocks_),
        heads_(other.heads_),
        scanner_(other.scanner_) {}

  base::Status open_sealed(std::uint64_t file_bytes) {
    const auto read = [&]() -> base::Status {
      LOGMILL_ASSIGN_OR_RETURN(const Trailer trailer, read_trailer(*file_, file_bytes));
      LOGMILL_ASSIGN_OR_RETURN(footer_, read_footer(*file_, trailer, file_bytes));
      return {};
    };
    if (auto done = read(); !done) {
      if (done.error().code == base::ErrorCode::unsupported) return std::move(done).error().with_context(info_.path);
      reporter_.warn("damaged_footer", info_.path + ": " + done.error().what + "; reading its blocks one by one");
      scanner_.emplace(*file_, BlockScanner::Unsynced::impossible);
      ++info_.damaged_blocks;
      LOGMILL_RETURN_IF_ERROR(scan());
      if (!blocks_.empty()) return {};
      return base::Error{base::ErrorCode::corrupt, info_.path + ": not a segment, or nothing of it is left"};
    }
    for (ScannedBlock& block : footer_.blocks) add(std::move(block));
    footer_.blocks.clear();
    return {};
  }

  // Takes in the blocks behind those known.
  base::Status scan() {
    const std::uint64_t damaged_before = scanner_->damaged_blocks();
    while (true) {
      auto block = scanner_->next();
      if (!block) return std::move(block).error().with_context(info_.path);
      if (!*block) break;
      add(std::move(**block));
    }
    if (!info_.sealed) info_.bytes = scanner_->offset();
    if (const std::uint64_t damaged = scanner_->damaged_blocks() - damaged_before; damaged > 0) {
      info_.damaged_blocks += damaged;
      reporter_.warn("damaged_block",
                     info_.path + ": " + std::to_string(scanner_->damaged_bytes()) + " bytes are damaged and were left out");
    }
    return {};
  }

  void add(ScannedBlock block) {
    if (block.info.rows > 0) {
      const bool first = info_.rows == 0;
      info_.time_min = first ? block.info.time_min : std::min(info_.time_min, block.info.time_min);
      info_.time_max = first ? block.info.time_max : std::max(info_.time_max, block.info.time_max);
    }
    info_.rows += block.info.rows;
    info_.raw_bytes += block.info.raw_bytes;
    blocks_.push_back(block.info);
    heads_.push_back(std::make_shared<const std::string>(std::move(block.head)));
  }

  base::Result<BlockHead> head_of(std::size_t index) const {
    auto head = parse_head(*heads_[index]);
    if (!head) return std::move(head).error().with_context(block_name(index));
    return head;
  }

  std::string block_name(std::size_t index) const { return info_.path + ": block " + std::to_string(index); }

  void take_over(FileSegmentReader&& other) {
    file_ = std::move(other.file_);
    info_ = std::move(other.info_);
    footer_ = std::move(other.footer_);
    blocks_ = std::move(other.blocks_);
    heads_ = std::move(other.heads_);
    scanner_.reset();
    if (other.scanner_) scanner_.emplace(*file_, BlockScanner::Unsynced::impossible);
  }

  sys::FileSystem& fs_;
  base::Reporter& reporter_;
  std::shared_ptr<const sys::File> file_;  // shared with the readers of its blocks
  SegmentInfo info_;
  Footer footer_;
  std::vector<BlockInfo> blocks_;
  std::vector<std::shared_ptr<const std::string>> heads_;  // header and directory of each block; shared with refreshed readers
  std::optional<BlockScanner> scanner_;                    // of a live segment, or of a sealed one with a damaged footer
};

}  // namespace

base::Result<std::unique_ptr<SegmentReader>> open_segment(sys::FileSystem& fs, const std::string& path, base::Reporter& reporter) {
  auto reader = std::make_unique<FileSegmentReader>(fs, path, reporter);
  LOGMILL_RETURN_IF_ERROR(reader->open());
  return std::unique_ptr<SegmentReader>(std::move(reader));
}

}  // namespace logmill::store
