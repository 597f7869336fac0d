// Frames, one behind the other, compressed or not. docs/formats/frame.md.
#include <algorithm>
#include <cstring>

#include "codec/inflate.h"
#include "codec/reader.h"
#include "loginspect/frame_walk.h"
#include "loginspect/item.h"
#include "record/json_object.h"

namespace logmill::loginspect {
namespace {

std::string place(std::uint64_t offset, std::uint64_t bytes) {
  if (bytes == 0) return "at byte " + std::to_string(offset);
  return "bytes " + std::to_string(offset) + " to " + std::to_string(offset + bytes);
}

class FramesItem : public Item {
 public:
  FramesItem(Target target, codec::Container container, cli::Io& io) : target_(std::move(target)), container_(container), io_(io) {}

  base::Result<Summary> summarize() override {
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo file, io_.files.info(target_.path));
    Summary summary;
    summary.kind = container_ == codec::Container::none ? "frame" : std::string(codec::container_name(container_));
    summary.state = "whole";
    summary.records = 0;
    summary.bytes = file.size;
    std::uint64_t raw_bytes = 0;
    const auto read = for_each_batch([&](const record::Batch& batch) -> base::Status {
      *summary.records += batch.rows();
      raw_bytes += json_bytes(batch, nullptr);
      for (const base::TimeNs time : batch.times()) {
        if (time == record::kNoTime) continue;
        summary.time_min = std::min(summary.time_min.value_or(time), time);
        summary.time_max = std::max(summary.time_max.value_or(time), time);
      }
      return {};
    });
    summary.raw_bytes = raw_bytes;
    if (read) return summary;
    if (read.error().code != base::ErrorCode::corrupt) return read.error();
    io_.reporter.warn("file", read.error().what);
    summary.damaged = true;
    return summary;
  }

  base::Status read(Form, const Write& write) override {
    return for_each_batch([&](const record::Batch& batch) { return write_rows(batch, std::nullopt, write); });
  }

  base::Status search(std::string_view text, Form, const Write& write) override {
    return for_each_batch([&](const record::Batch& batch) { return write_rows(batch, text, write); });
  }

  base::Status verify(const std::function<void(std::string)>& report) override {
    return walk(
        [&](const WalkedFrame& frame) -> base::Status {
          if (!frame.damage.empty())
            report("frame at byte " + std::to_string(frame.offset) + ": " + frame.damage + "; " + std::to_string(frame.header.records) +
                   " records lost");
          return {};
        },
        report);
  }

  base::Status describe(const Show& show) override {
    std::vector<std::string> damages;
    LOGMILL_RETURN_IF_ERROR(walk([&](const WalkedFrame& frame) { return show_frame(frame, show); },
                                 [&](std::string damage) { damages.push_back(std::move(damage)); }));
    for (const std::string& damage : damages) LOGMILL_RETURN_IF_ERROR(show(Structure("damage").add("what", damage)));
    return {};
  }

  base::Status measure(Usage& usage) override {
    LOGMILL_ASSIGN_OR_RETURN(const Summary summary, summarize());
    const double ratio = *summary.raw_bytes == 0 ? 0 : static_cast<double>(summary.bytes) / static_cast<double>(*summary.raw_bytes);
    return for_each_batch([&](const record::Batch& batch) -> base::Status {
      std::vector<std::uint32_t> lengths;
      const auto raw_bytes = static_cast<double>(json_bytes(batch, &lengths));
      usage.add_batch(batch, raw_bytes * ratio, raw_bytes, lengths);
      return {};
    });
  }

 private:
  // Of the records as NDJSON.
  static std::uint64_t json_bytes(const record::Batch& batch, std::vector<std::uint32_t>* lengths) {
    const record::JsonObjectWriter objects(batch);
    std::uint64_t bytes = 0;
    std::string line;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      line.clear();
      objects.append(row, line);
      bytes += line.size() + 1;
      if (lengths != nullptr) lengths->push_back(static_cast<std::uint32_t>(line.size() + 1));
    }
    return bytes;
  }

  base::Status walk(const FrameWalk::OnFrame& frame, const std::function<void(std::string)>& report) const {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, io_.files.open(target_.path, sys::OpenMode::read));
    const bool packed = container_ != codec::Container::none;
    FrameWalk frames(frame, [&](std::uint64_t offset, std::uint64_t bytes, std::string_view why) {
      report(place(offset, bytes) + (packed ? " of the decompressed data: " : ": ") + std::string(why));
      return base::Status();
    });
    const auto done = unpack(
        *file, container_, io_.stop, [&](std::string_view piece) { return frames.push(piece); },
        [&](const Damage& damage) {
          report(damage.what);
          return base::Status();
        });
    if (!done) return done.error();
    return frames.finish();
  }

  static base::Status show_frame(const WalkedFrame& frame, const Show& show) {
    const record::FrameHeader& header = frame.header;
    Structure structure("frame");
    structure.add("offset", frame.offset)
        .add("type", header.type == record::FrameType::end ? "end" : "data")
        .add("codec", header.codec == record::FrameCodec::zstd ? "zstd" : "none")
        .add("flags_compatible", std::uint64_t{header.flags_compatible})
        .add("flags_incompatible", std::uint64_t{header.flags_incompatible})
        .add("payload_bytes", std::uint64_t{header.payload_bytes})
        .add("raw_bytes", std::uint64_t{header.raw_bytes})
        .add("records", std::uint64_t{header.records})
        .add_stream("stream", header.range.stream)
        .add("epoch", std::uint64_t{header.range.epoch})
        .add("from", header.range.from)
        .add("to", header.range.to)
        .add_hash("payload_checksum", header.payload_checksum);
    if (!frame.damage.empty()) structure.add("damage", frame.damage);
    return show(structure);
  }

  base::Status for_each_batch(const std::function<base::Status(const record::Batch&)>& use) const {
    LOGMILL_ASSIGN_OR_RETURN(const auto file, io_.files.open(target_.path, sys::OpenMode::read));
    const auto reader = codec::make_reader({.format = codec::Format::frames}, io_.reporter);
    record::Batch batch;
    reader->begin(batch);
    const auto decode = [&](codec::InputEnd end) -> base::Status {
      while (reader->decode(batch, end) == codec::Decoded::batch_ready) {
        reader->end(batch);
        LOGMILL_RETURN_IF_ERROR(use(batch));
        batch.clear();
        reader->begin(batch);
      }
      return {};
    };
    std::optional<std::string> damage;
    const auto done = unpack(
        *file, container_, io_.stop,
        [&](std::string_view piece) -> base::Status {
          while (!piece.empty()) {
            const std::span<char> room = reader->room(batch);
            const std::size_t size = std::min(room.size(), piece.size());
            std::memcpy(room.data(), piece.data(), size);
            reader->added(batch, size);
            piece.remove_prefix(size);
            LOGMILL_RETURN_IF_ERROR(decode(codec::InputEnd::no));
          }
          return {};
        },
        [&](const Damage& found) {
          if (!damage) damage = found.what;
          return base::Status();
        });
    if (!done) return done.error();
    LOGMILL_RETURN_IF_ERROR(decode(codec::InputEnd::yes));
    if (!damage && !reader->ended_orderly()) damage = "ends without an END frame";
    return damage ? base::Status(base::Error{base::ErrorCode::corrupt, target_.path + ": " + *damage}) : base::Status();
  }

  Target target_;
  codec::Container container_;
  cli::Io& io_;
};

}  // namespace

std::unique_ptr<Item> make_frames_item(Target target, codec::Container container, cli::Io& io) {
  return std::make_unique<FramesItem>(std::move(target), container, io);
}

}  // namespace logmill::loginspect
