// Segments of a store, live or sealed. docs/formats/segment.md.
#include <algorithm>
#include <iterator>
#include <map>

#include "loginspect/describe_segment.h"
#include "loginspect/item.h"
#include "query/scan/hidden_rows.h"
#include "record/json_object.h"
#include "store/packed_segment.h"
#include "store/reader.h"
#include "store/segment_format.h"
#include "store/store_layout.h"
#include "store/tombstone.h"
#include "store/verify.h"

namespace logmill::loginspect {
namespace {

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
    summary.kind = "seg";
    summary.state = state();
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

  base::Status read(Form, const Write& write) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto hidden, find_hidden());
    return for_each_block([&](store::BlockReader& block) { return write_block(block, hidden, std::nullopt, write); });
  }
  base::Status search(std::string_view text, Form, const Write& write) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto hidden, find_hidden());
    return for_each_block([&](store::BlockReader& block) { return write_block(block, hidden, text, write); });
  }

  base::Status verify(const std::function<void(std::string)>& report) override {
    return store::verify_segment(io_.files, target_.path, io_.reporter, report);
  }

  base::Status describe(const Show& show) override {
    LOGMILL_ASSIGN_OR_RETURN(const store::SegmentBytes segment, store::open_segment_bytes(io_.files, target_.path));
    if (segment.packed)
      LOGMILL_RETURN_IF_ERROR(show(Structure("packed").add("offset", std::uint64_t{0}).add("bytes", segment.bytes_on_disk)));
    return describe_segment(*segment.file, state() != "live", show);
  }

  base::Result<std::vector<ColumnTotal>> column_totals() override {
    std::vector<ColumnTotal> totals;
    std::map<std::string, std::size_t, std::less<>> places;
    const auto read = for_each_block([&](store::BlockReader& block) -> base::Status {
      std::vector<store::ColumnSummary> summaries = block.summaries();
      std::ranges::move(block.rare_summaries(), std::back_inserter(summaries));
      for (const store::ColumnSummary& summary : summaries) {
        const auto [place, added] = places.try_emplace(std::string(summary.name), totals.size());
        if (added) totals.push_back({.name = std::string(summary.name), .encodings = {}});
        ColumnTotal& total = totals[place->second];
        total.bytes += summary.bytes;
        total.present += summary.present;
        if (("," + total.encodings + ",").find("," + std::string(summary.encoding) + ",") == std::string::npos)
          total.encodings.append(total.encodings.empty() ? "" : ",").append(summary.encoding);
      }
      return {};
    });
    if (!read && read.error().code != base::ErrorCode::corrupt) return read.error();
    return totals;
  }

  // Footer and headers are shared out with the blocks.
  base::Status measure(Usage& usage) override {
    LOGMILL_ASSIGN_OR_RETURN(const auto segment, open());
    std::uint64_t block_bytes = 0;
    for (const store::BlockInfo& block : segment->blocks()) block_bytes += block.bytes;
    const double factor = block_bytes == 0 ? 0 : static_cast<double>(segment->info().bytes) / static_cast<double>(block_bytes);
    base::Status damage;
    for (std::size_t i = 0; i < segment->blocks().size(); ++i) {
      for (std::size_t field = 0; field < usage.by().size(); ++field) {
        auto measured = measure_block(*segment, i, field, factor, usage);
        if (measured) continue;
        if (measured.error().code != base::ErrorCode::corrupt) return measured;
        damage = measured;
      }
    }
    return damage;
  }

 private:
  std::string state() const {
    if (target_.path.ends_with(store::kLiveSuffix)) return "live";
    return target_.path.ends_with(store::kDamagedSuffix) ? "left" : "sealed";
  }

  base::Result<std::unique_ptr<store::SegmentReader>> open() { return store::open_segment(io_.files, target_.path, io_.reporter); }

  base::Error incomplete() const { return {base::ErrorCode::corrupt, target_.name + ": not all of it could be read"}; }

  // All that can be read; what cannot is a warning, and an error at the end.
  base::Status for_each_block(const std::function<base::Status(store::BlockReader&)>& use) {
    LOGMILL_ASSIGN_OR_RETURN(const auto segment, open());
    bool damaged = segment->info().damaged_blocks > 0;
    for (std::size_t i = 0; i < segment->blocks().size() && !io_.stop.requested(); ++i) {
      const auto block = segment->read_block(i);
      const base::Status used = block ? use(**block) : base::Status(block.error());
      if (used) continue;
      if (used.error().code != base::ErrorCode::corrupt) return used;
      io_.reporter.warn("block", used.error().what);
      damaged = true;
    }
    return damaged ? base::Status(incomplete()) : base::Status();
  }

  // What a request to delete hides in the store that the segment lies in.
  base::Result<query::HiddenRows> find_hidden() {
    std::string store = sys::parent(sys::parent(target_.path));
    if (store.ends_with("/" + std::string(store::kColdName))) store = sys::parent(store);
    LOGMILL_ASSIGN_OR_RETURN(const auto requests, store::list_tombstones(io_.files, store));
    return query::HiddenRows::make(requests);
  }

  base::Status write_block(store::BlockReader& block, const query::HiddenRows& hidden, std::optional<std::string_view> text,
                           const Write& write) {
    record::Batch batch;
    LOGMILL_RETURN_IF_ERROR(fill_batch(block, batch));
    const store::SegmentInfo segment{
        .id = store::segment_id(target_.path), .path = {}, .time_min = block.info().time_min, .time_max = block.info().time_max};
    if (!hidden.concern(segment)) return write_rows(batch, text, write);
    query::BatchTable table(batch);
    query::Mask flags;
    LOGMILL_RETURN_IF_ERROR(hidden.find(segment, table, flags));
    for (std::uint8_t& flag : flags) flag = flag == 0;
    batch.keep_rows(flags);
    return write_rows(batch, text, write);
  }

  // From the counts in the footer, or the block's times, where these are enough; else its column is
  // read. Within a block all records count alike.
  static base::Status measure_block(store::SegmentReader& segment, std::size_t index, std::size_t field, double factor, Usage& usage) {
    const store::BlockInfo& info = segment.blocks()[index];
    if (info.rows == 0) return {};
    const std::string& by = usage.by()[field];
    const auto add = [&](std::string_view value, std::uint64_t rows) {
      const double part = static_cast<double>(rows) / info.rows;
      usage.add(field, value, {rows, static_cast<double>(info.bytes) * factor * part, static_cast<double>(info.raw_bytes) * part});
    };
    if (by == kByDay && day_of(info.time_min) == day_of(info.time_max)) {
      add(day_of(info.time_min), info.rows);
      return {};
    }
    if (const store::ValueCounts* counts = by == kByDay ? nullptr : segment.value_counts(by)) {
      std::uint64_t counted = 0;
      std::string value;
      for (std::size_t v = 0; v < counts->values.size(); ++v) {
        const std::uint32_t rows = counts->rows[index * counts->values.size() + v];
        if (rows == 0) continue;
        value.clear();
        record::append_plain(value, counts->values[v]);
        add(value, rows);
        counted += rows;
      }
      if (counted < info.rows) add({}, info.rows - counted);
      return {};
    }
    return measure_column(segment, index, by, add);
  }

  template <class Add>
  static base::Status measure_column(store::SegmentReader& segment, std::size_t index, const std::string& by, Add add) {
    LOGMILL_ASSIGN_OR_RETURN(const auto block, segment.read_block(index));
    std::map<std::string, std::uint64_t, std::less<>> rows;
    if (by == kByDay) {
      LOGMILL_ASSIGN_OR_RETURN(const auto* times, block->times());
      for (const base::TimeNs time : *times) ++rows[day_of(time)];
    } else if (by == kByLevel) {
      LOGMILL_ASSIGN_OR_RETURN(const auto* levels, block->levels());
      for (const record::Severity level : *levels)
        ++rows[level == record::Severity::none ? std::string() : std::string(record::severity_name(level))];
    } else {
      LOGMILL_ASSIGN_OR_RETURN(const store::ColumnData* column, block->column(by));
      std::string value;
      for (std::size_t row = 0; row < block->info().rows; ++row) {
        value.clear();
        if (column != nullptr) record::append_plain(value, column->at(row));
        ++rows[value];
      }
    }
    for (const auto& [value, count] : rows) add(value, count);
    return {};
  }

  Target target_;
  cli::Io& io_;
};

}  // namespace

std::unique_ptr<Item> make_segment_item(Target target, cli::Io& io) { return std::make_unique<SegmentItem>(std::move(target), io); }

}  // namespace logmill::loginspect
