#include "loginspect/item.h"

#include "codec/format.h"
#include "flat/flat_format.h"
#include "index/index_format.h"
#include "record/frame_header.h"
#include "record/json_object.h"
#include "store/packed_segment.h"
#include "store/segment_format.h"
#include "store/store_layout.h"

namespace logmill::loginspect {
namespace {

// What a file is is looked for in so many bytes: its first may be damaged.
constexpr std::size_t kHeadBytes = 64 << 10;

bool row_contains(const record::Batch& batch, std::size_t row, std::string_view text, std::string& scratch) {
  for (const record::Column& column : batch.columns()) {
    const record::Value value = column.at(row);
    if (!value.present()) continue;
    scratch.clear();
    record::append_plain(scratch, value);
    if (scratch.find(text) != std::string::npos) return true;
  }
  return false;
}

// The first bytes behind the container.
base::Result<std::string> unpacked_head(const sys::File& file, codec::Container container, cli::Io& io) {
  std::string head;
  const auto done = unpack(
      file, container, io.stop,
      [&](std::string_view piece) -> base::Status {
        head += piece.substr(0, kHeadBytes - head.size());
        // Not an error: there is no other way to end it.
        return head.size() < kHeadBytes ? base::Status() : base::Status(base::Error{base::ErrorCode::invalid, "enough"});
      },
      // Damage here is found again, and told, by whoever reads on.
      [](const Damage&) { return base::Status(); });
  if (!done && head.size() < kHeadBytes) return done.error();
  return head;
}

}  // namespace

base::Result<std::unique_ptr<Item>> open_item(const Target& target, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const auto file, io.files.open(target.path, sys::OpenMode::read));
  char head[8] = {};
  LOGMILL_ASSIGN_OR_RETURN(const std::size_t size, file->read_at(0, head, sizeof head));
  const std::string_view magic(head, size);
  // The extension too: of a segment whose first bytes are damaged, blocks can still be found.
  if (magic == store::kSegmentMagic || store::is_packed(magic) || target.path.ends_with(store::kSealedSuffix) ||
      target.path.ends_with(store::kLiveSuffix))
    return make_segment_item(target, io);
  if (magic == index::kIndexMagic || target.path.ends_with(index::kIndexSuffix)) return make_index_item(target, io);
  if (magic == flat::kPositionsMagic || target.path.ends_with(flat::kPositionsSuffix)) return make_positions_item(target, io);
  const codec::Container container = codec::detect_container(magic);
  LOGMILL_ASSIGN_OR_RETURN(const std::string unpacked, unpacked_head(*file, container, io));
  // No text holds such bytes.
  return unpacked.find(record::kFrameMagic) != std::string::npos ? make_frames_item(target, container, io)
                                                                 : make_text_item(target, container, io);
}

base::Result<std::vector<Target>> find_targets(sys::FileSystem& fs, const std::string& path) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, fs.info(path));
  std::vector<Target> targets;
  if (!info.is_directory && !info.is_regular) return base::Error{base::ErrorCode::invalid, path + ": is neither a file nor a folder"};
  if (!info.is_directory) return std::vector{Target{path.substr(path.rfind('/') + 1), path, false}};
  LOGMILL_ASSIGN_OR_RETURN(const auto partitions, store::list_partition_files(fs, path));
  for (const auto& [partition, name] : partitions)
    if (!name.ends_with(store::kTemporarySuffix))
      targets.push_back({name, sys::join(sys::join(path, partition), name), name.ends_with(store::kDamagedSuffix)});
  if (!targets.empty()) return targets;
  LOGMILL_ASSIGN_OR_RETURN(const auto names, fs.list(path));
  for (const std::string& name : names) {
    const std::string file = sys::join(path, name);
    const auto found = fs.info(file);
    if (found && found->is_regular && !name.starts_with('.')) targets.push_back({name, file, false});
  }
  return targets;
}

base::Status write_rows(const record::Batch& batch, std::optional<std::string_view> text, const Write& write) {
  const record::JsonObjectWriter objects(batch);
  std::string line, scratch;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (text && !row_contains(batch, row, *text, scratch)) continue;
    line.clear();
    objects.append(row, line);
    line += '\n';
    LOGMILL_RETURN_IF_ERROR(write(line));
  }
  return {};
}

}  // namespace logmill::loginspect
