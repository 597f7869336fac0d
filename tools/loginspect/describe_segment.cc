#include "loginspect/describe_segment.h"

#include <array>

#include "base/bytes.h"
#include "base/split_block_bloom.h"
#include "record/json_object.h"
#include "store/block_directory.h"
#include "store/block_scanner.h"
#include "store/encoding.h"
#include "store/footer.h"
#include "store/segment_format.h"
#include "store/segment_header.h"

namespace logmill::loginspect {
namespace {

constexpr std::array<std::string_view, 8> kKindNames = {"absent", "null", "boolean", "integer", "decimal", "real", "string", "json"};

std::string kinds_text(std::uint8_t kinds) {
  std::string text;
  for (std::size_t kind = 0; kind < kKindNames.size(); ++kind)
    if ((kinds >> kind & 1) != 0) text.append(text.empty() ? "" : ",").append(kKindNames[kind]);
  return text;
}

std::string encoding_name(std::uint8_t id) {
  if (id == store::kTimeEncoding) return "timestamps";
  if (id == store::kLevelEncoding) return "levels";
  if (id == store::kRareEncoding) return "rare";
  const store::EncodingSpec* spec = store::find_encoding(id);
  return spec == nullptr ? "unknown" : std::string(spec->name);
}

std::string prefix_text(const std::array<char, 8>& prefix) {
  const std::string_view all(prefix.data(), prefix.size());
  return std::string(all.substr(0, all.find_last_not_of('\0') + 1));
}

void add_zone(Structure& structure, const store::ColumnZone& zone) {
  switch (zone.kind) {
    case store::ColumnZone::Kind::none: structure.add("zone", "none"); break;
    case store::ColumnZone::Kind::numbers:
      structure.add("zone", "numbers").add_real("least", zone.number_min).add_real("greatest", zone.number_max);
      break;
    case store::ColumnZone::Kind::texts:
      structure.add("zone", "texts").add("least", prefix_text(zone.prefix_min)).add("greatest", prefix_text(zone.prefix_max));
      break;
  }
}

std::string section_name(std::uint8_t tag) {
  switch (static_cast<store::FooterSection>(tag)) {
    case store::FooterSection::blocks: return "blocks";
    case store::FooterSection::counts: return "counts";
    case store::FooterSection::frontiers: return "frontiers";
    case store::FooterSection::filters: return "filters";
    case store::FooterSection::origin: return "origin";
    default: return "unknown";
  }
}

class Description {
 public:
  Description(const sys::File& file, bool sealed, const Show& show) : file_(file), sealed_(sealed), show_(show) {}

  base::Status run() {
    LOGMILL_ASSIGN_OR_RETURN(const sys::FileInfo info, file_.info());
    file_bytes_ = info.size;
    LOGMILL_RETURN_IF_ERROR(show_header());
    if (sealed_) {
      const auto trailer = store::read_trailer(file_, file_bytes_);
      const auto footer = trailer ? store::read_footer(file_, *trailer, file_bytes_) : base::Result<store::Footer>(trailer.error());
      if (footer) return show_sealed(*trailer, *footer);
      LOGMILL_RETURN_IF_ERROR(show_walked(store::BlockScanner::Unsynced::impossible));
      return show_damage("footer and trailer", footer.error().what);
    }
    return show_walked(store::BlockScanner::Unsynced::possible);
  }

 private:
  base::Status show_damage(std::string_view where, std::string_view what) {
    return show_(Structure("damage").add("where", where).add("what", what));
  }

  base::Status show_header() {
    LOGMILL_ASSIGN_OR_RETURN(const std::string bytes, store::read_string_at(file_, 0, store::kSegmentHeaderBytes));
    const auto created = store::parse_segment_header(bytes);
    if (!created) return show_damage("header", created.error().what);
    base::ByteReader from(bytes);
    from.read_bytes(store::kSegmentMagic.size());
    const auto checksum = from.read<std::uint64_t>();
    const auto version = from.read<std::uint16_t>();
    from.read<std::uint16_t>();
    const auto flags = from.read<std::uint32_t>();
    return show_(Structure("header")
                     .add("offset", std::uint64_t{0})
                     .add("bytes", std::uint64_t{store::kSegmentHeaderBytes})
                     .add_hash("checksum", checksum)
                     .add("version", std::uint64_t{version})
                     .add("flags", std::uint64_t{flags})
                     .add_time("created", *created));
  }

  base::Status show_sealed(const store::Trailer& trailer, const store::Footer& footer) {
    for (std::size_t i = 0; i < footer.blocks.size(); ++i) LOGMILL_RETURN_IF_ERROR(show_block(i, footer.blocks[i]));
    if (trailer.footer_bytes == 0) return show_small_trailer(trailer);
    LOGMILL_RETURN_IF_ERROR(show_footer(trailer, footer));
    return show_(Structure("trailer")
                     .add("offset", file_bytes_ - store::kTrailerBytes)
                     .add("bytes", std::uint64_t{store::kTrailerBytes})
                     .add("footer_offset", trailer.footer_offset)
                     .add("footer_bytes", std::uint64_t{trailer.footer_bytes})
                     .add("footer_raw_bytes", std::uint64_t{trailer.footer_raw_bytes})
                     .add("rows", trailer.rows)
                     .add("raw_bytes", trailer.raw_bytes)
                     .add_time("time_min", trailer.time_min)
                     .add_time("time_max", trailer.time_max)
                     .add("blocks", std::uint64_t{trailer.blocks})
                     .add_hash("footer_checksum", trailer.footer_checksum));
  }

  base::Status show_small_trailer(const store::Trailer& trailer) {
    return show_(Structure("small_trailer")
                     .add("offset", trailer.footer_offset)
                     .add("bytes", std::uint64_t{store::kSmallTrailerBytes})
                     .add("blocks", std::uint64_t{trailer.blocks}));
  }

  base::Status show_walked(store::BlockScanner::Unsynced unsynced) {
    store::BlockScanner scanner(file_, unsynced);
    for (std::size_t i = 0;; ++i) {
      LOGMILL_ASSIGN_OR_RETURN(const auto block, scanner.next());
      if (!block) break;
      LOGMILL_RETURN_IF_ERROR(show_block(i, *block));
    }
    if (scanner.damaged_bytes() > 0)
      LOGMILL_RETURN_IF_ERROR(show_damage("blocks", std::to_string(scanner.damaged_bytes()) + " bytes are no block"));
    if (scanner.offset() == file_bytes_) return {};
    return show_(Structure(sealed_ ? "rest" : "unfinished").add("offset", scanner.offset()).add("bytes", file_bytes_ - scanner.offset()));
  }

  base::Status show_block(std::size_t index, const store::ScannedBlock& block) {
    const auto header = store::parse_block_header(block.head);
    if (!header) return show_damage("block " + std::to_string(index), header.error().what);
    LOGMILL_RETURN_IF_ERROR(show_(Structure("block")
                                      .add("index", std::uint64_t{index})
                                      .add("offset", block.info.offset)
                                      .add("bytes", block.info.bytes)
                                      .add_hash("checksum", header->checksum)
                                      .add("directory_bytes", std::uint64_t{header->directory_bytes})
                                      .add("rows", std::uint64_t{header->rows})
                                      .add("chunk_bytes", header->chunk_bytes)
                                      .add_time("time_min", header->time_min)
                                      .add_time("time_max", header->time_max)
                                      .add("raw_bytes", header->raw_bytes)
                                      .add("commit_bytes", header->commit_bytes)));
    const auto directory = store::parse_directory(std::string_view(block.head).substr(store::kBlockHeaderBytes), *header);
    if (!directory) return show_damage("directory of block " + std::to_string(index), directory.error().what);
    for (const store::BlockReader::RangeRows& entry : directory->ranges)
      LOGMILL_RETURN_IF_ERROR(show_(Structure("range", 1)
                                        .add_stream("stream", entry.range.stream)
                                        .add("epoch", std::uint64_t{entry.range.epoch})
                                        .add("from", entry.range.from)
                                        .add("length", entry.range.to - entry.range.from)
                                        .add("rows", std::uint64_t{entry.rows})));
    const std::uint64_t chunks = block.info.offset + block.head.size();
    for (const store::ColumnEntry& column : directory->columns) LOGMILL_RETURN_IF_ERROR(show_column(column, chunks));
    return {};
  }

  base::Status show_column(const store::ColumnEntry& column, std::uint64_t chunks) {
    Structure structure("column", 1);
    structure.add("name", column.name)
        .add("encoding", encoding_name(column.encoding))
        .add("offset", chunks + column.offset)
        .add("bytes", column.bytes)
        .add("present", column.present)
        .add("kinds", kinds_text(column.kinds))
        .add_hash("checksum", column.checksum);
    add_zone(structure, column.zone);
    return show_(structure);
  }

  base::Status show_footer(const store::Trailer& trailer, const store::Footer& footer) {
    LOGMILL_RETURN_IF_ERROR(show_(Structure("footer")
                                      .add("offset", trailer.footer_offset)
                                      .add("bytes", std::uint64_t{trailer.footer_bytes})
                                      .add("raw_bytes", std::uint64_t{trailer.footer_raw_bytes})));
    base::ByteReader from(*footer.content);
    while (from.remaining() > 0) {
      const auto tag = from.read<std::uint8_t>();
      const std::string_view content = from.read_string();
      LOGMILL_RETURN_IF_ERROR(show_(Structure("section", 1)
                                        .add("tag", std::uint64_t{tag})
                                        .add("name", section_name(tag))
                                        .add("raw_bytes", std::uint64_t{content.size()})));
      LOGMILL_RETURN_IF_ERROR(show_section(static_cast<store::FooterSection>(tag), footer));
    }
    return {};
  }

  base::Status show_section(store::FooterSection section, const store::Footer& footer) {
    if (section == store::FooterSection::counts)
      for (const auto& [name, counts] : footer.counts) LOGMILL_RETURN_IF_ERROR(show_counts(name, counts));
    if (section == store::FooterSection::frontiers)
      for (const store::Frontier& frontier : footer.frontiers)
        LOGMILL_RETURN_IF_ERROR(show_(Structure("frontier", 2)
                                          .add_stream("stream", frontier.stream)
                                          .add("epoch", std::uint64_t{frontier.epoch})
                                          .add("position", frontier.position)));
    if (section == store::FooterSection::filters)
      for (const store::MemberFilter& filter : footer.filters) LOGMILL_RETURN_IF_ERROR(show_filter(filter, footer.blocks.size()));
    if (section == store::FooterSection::origin) {
      for (const std::string& id : footer.origin.replaces) LOGMILL_RETURN_IF_ERROR(show_(Structure("replaced", 2).add("id", id)));
      for (const store::SegmentOrigin::Part& part : footer.origin.parts)
        LOGMILL_RETURN_IF_ERROR(show_(Structure("part", 2).add("id", part.id).add("rows", part.rows)));
    }
    return {};
  }

  base::Status show_filter(const store::MemberFilter& filter, std::size_t blocks) {
    return show_(Structure("filter", 2)
                     .add("name", filter.name)
                     .add("offset", filter.offset)
                     .add("lanes", filter.lanes)
                     .add("bytes", filter.lanes * blocks * base::kSubBlockBytes)
                     .add("chunks", std::uint64_t{filter.checksums.size()}));
  }

  base::Status show_counts(const std::string& name, const store::ValueCounts& counts) {
    for (std::size_t v = 0; v < counts.values.size(); ++v) {
      std::string value;
      record::append_plain(value, counts.values[v]);
      LOGMILL_RETURN_IF_ERROR(show_(Structure("count", 2).add("name", name).add("value", value).add("rows", counts.total(v))));
    }
    return {};
  }

  const sys::File& file_;
  const bool sealed_;
  const Show& show_;
  std::uint64_t file_bytes_ = 0;
};

}  // namespace

base::Status describe_segment(const sys::File& file, bool sealed, const Show& show) { return Description(file, sealed, show).run(); }

}  // namespace logmill::loginspect
