// Segments of a store, live or sealed.
#include <map>

#include "loginspect/item.h"
#include "store/reader.h"
#include "store/verify.h"
#include "text/json_writer.h"

namespace logmill::loginspect {
namespace {

std::string time_text(base::TimeNs time) {
  std::string text;
  text::append_time_utc(text, time);
  return text;
}

// The values stay in the block.
base::Status fill_batch(store::BlockReader& block, record::Batch& batch) {
  LOGMILL_ASSIGN_OR_RETURN(const auto* times, block.times());
  LOGMILL_ASSIGN_OR_RETURN(const auto* levels, block.levels());
  batch.times() = *times;
  batch.levels() = *levels;
  for (const std::string& name : block.column_names()) {
    LOGMILL_ASSIGN_OR_RETURN(const store::ColumnData* column, block.column(name));
    if (!column) continue;
    std::vector<record::Value>& values = batch.columns()[batch.column_index(name)].values;
    values.resize(block.info().rows);
    for (std::size_t row = 0; row < values.size(); ++row) values[row] = column->at(row);
  }
  return {};
}

class SegmentItem : public Item {
 public:
  SegmentItem(Target target, cli::Io& io) : target_(std::move(target)), io_(io) {}

  base::Result<Summary> summarize() override {
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, io_.files.info(target_.path));
    Summary summary;
    summary.kind = target_.path.ends_with(".live") ? "live" : "seg";
    summary.bytes = file.size;
    const auto segment = open();
    if (!segment) {
      io_.reporter.warn("segment", segment.error().what);
      summary.damaged = true;
      return summary;
    }
    const store::SegmentInfo& info = (*segment)->info();
    summary.records = info.rows;
    summary.raw_bytes = info.raw_bytes;
    summary.damaged = info.damaged_blocks > 0;
    if (info.rows > 0) {
      summary.time_min = info.time_min;
      summary.time_max = info.time_max;
    }
    return summary;
  }

  base::Status read(const Write& write) override { return write_blocks(std::nullopt, write); }
  base::Status search(std::string_view text, const Write& write) override {
    return write_blocks(text, write);
  }

  base::Status verify(const std::function<void(std::string)>& report) override {
    return store::verify_segment(io_.files, target_.path, io_.reporter, report);
  }

  base::Status describe(const std::function<void(std::string_view, const Fields&)>& show) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto segment, open());
    const store::SegmentInfo& info = segment->info();
    show("segment", {{"id", info.id},
                     {"state", info.sealed ? "sealed" : "live"},
                     {"blocks", std::to_string(segment->blocks().size())},
                     {"rows", std::to_string(info.rows)},
                     {"bytes", std::to_string(info.bytes)},
                     {"raw_bytes", std::to_string(info.raw_bytes)},
                     {"time_min", time_text(info.time_min)},
                     {"time_max", time_text(info.time_max)},
                     {"damaged_blocks", std::to_string(info.damaged_blocks)}});
    base::Status status;
    std::map<std::string, Column> columns;
    for (std::size_t i = 0; i < segment->blocks().size(); ++i)
      if (auto shown = describe_block(*segment, i, columns, show); !shown) status = std::move(shown);
    for (const auto& [name, column] : columns)
      show("column", {{"name", name},
                      {"encoding", column.encodings},
                      {"bytes", std::to_string(column.bytes)},
                      {"present", std::to_string(column.present)}});
    return status;
  }

 private:
  // A column over all blocks.
  struct Column {
    std::string encodings;
    std::uint64_t bytes = 0, present = 0;
  };

  base::Result<std::unique_ptr<store::SegmentReader>> open() {
    return store::open_segment(io_.files, target_.path, io_.reporter);
  }

  base::Status write_blocks(std::optional<std::string_view> text, const Write& write) {
    LOGMILL_ASSIGN_OR_RETURN(const auto segment, open());
    base::Status damage;
    for (std::size_t i = 0; i < segment->blocks().size(); ++i) {
      auto status = write_block(*segment, i, text, write);
      if (status) continue;
      if (status.error().code != base::ErrorCode::corrupt) return status;
      io_.reporter.warn("block", status.error().what);
      damage = base::Error{base::ErrorCode::corrupt, target_.name + ": not all of it could be read"};
    }
    if (segment->info().damaged_blocks > 0)
      damage = base::Error{base::ErrorCode::corrupt, target_.name + ": not all of it could be read"};
    return damage;
  }

  base::Status write_block(store::SegmentReader& segment, std::size_t index,
                           std::optional<std::string_view> text, const Write& write) {
    LOGMILL_ASSIGN_OR_RETURN(const auto block, segment.read_block(index));
    record::Batch batch;
    LOGMILL_RETURN_IF_ERROR(fill_batch(*block, batch));
    return write_rows(batch, text, write);
  }

  base::Status describe_block(store::SegmentReader& segment, std::size_t index,
                              std::map<std::string, Column>& columns,
                              const std::function<void(std::string_view, const Fields&)>& show) {
    const store::BlockInfo& info = segment.blocks()[index];
    show("block", {{"index", std::to_string(index)},
                   {"offset", std::to_string(info.offset)},
                   {"bytes", std::to_string(info.bytes)},
                   {"rows", std::to_string(info.rows)},
                   {"raw_bytes", std::to_string(info.raw_bytes)},
                   {"time_min", time_text(info.time_min)},
                   {"time_max", time_text(info.time_max)}});
    LOGMILL_ASSIGN_OR_RETURN(const auto block, segment.read_block(index));
    for (const store::ColumnSummary& summary : block->summaries()) {
      Column& column = columns[std::string(summary.name)];
      column.bytes += summary.bytes;
      column.present += summary.present;
      if (column.encodings.find(summary.encoding) == std::string::npos)
        column.encodings.append(column.encodings.empty() ? "" : ",").append(summary.encoding);
    }
    return {};
  }

  Target target_;
  cli::Io& io_;
};

}  // namespace

std::unique_ptr<Item> make_segment_item(Target target, cli::Io& io) {
  return std::make_unique<SegmentItem>(std::move(target), io);
}

}  // namespace logmill::loginspect
