#include "store/template_column.h"

#include <algorithm>

#include "store/byte_stream.h"
#include "store/integer_stream.h"

namespace logmill::store {
namespace {

// A text of its own in each slot: more cannot be in a column of kColumnBytesMax.
constexpr std::uint64_t kTextsMax = 1 << 28;

// Modulo 2^64.
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// How many slots back the values are relative to.
bool read_back(base::ByteReader& from, std::size_t slot, std::size_t& back) {
  const std::uint64_t stored = from.read_varint();
  back = static_cast<std::size_t>(stored);
  return !from.failed() && stored <= slot;
}

// How many bytes the first `count` varints take; npos if there are not so many. Eight bytes at a time: a varint ends at a byte below 0x80.
std::size_t varint_bytes(std::string_view from, std::size_t count) {
  constexpr std::uint64_t kContinued = 0x8080808080808080, kOnes = 0x0101010101010101;
  std::size_t at = 0;
  while (count >= sizeof kOnes && from.size() - at >= sizeof kOnes) {
    const std::uint64_t ends = ~base::load_le<std::uint64_t>(from.data() + at) & kContinued;
    count -= (ends >> 7) * kOnes >> 56;
    at += sizeof kOnes;
  }
  for (; count > 0; ++at) {
    if (at == from.size()) return std::string_view::npos;
    count -= static_cast<unsigned char>(from[at]) < 0x80;
  }
  return at;
}

bool skip_slot(base::ByteReader& from, std::size_t slot, std::size_t count) {
  bool failed = false;
  std::size_t back = 0;
  if (!read_back(from, slot, back)) return false;
  skip_integers(from, count, failed);
  return !failed;
}

}  // namespace

bool TemplateColumn::read() {
  if (!read_strings(from_, kTemplatesMax, keys_)) return false;
  bool failed = false;
  read_small_integers(from_, ids_, keys_.size(), context_.arena, failed);
  return !failed;
}

void TemplateColumn::spread(std::string_view bitmap, std::size_t rows) {
  in_all_rows_ = false;
  std::vector<std::uint16_t> dense(rows, kNoTemplate);
  std::swap(dense, ids_);
  std::size_t next = 0;
  for (std::size_t row = 0; row < rows; ++row)
    if (bitmap[row / 8] >> (row % 8) & 1) ids_[row] = dense[next++];
}

std::span<const std::uint32_t> TemplateColumn::ordinals() {
  if (!ordinals_.empty()) return ordinals_;
  ordinals_.resize(ids_.size());
  std::vector<std::uint32_t> next(keys_.size(), 0);
  for (std::size_t row = 0; row < ids_.size(); ++row)
    if (ids_[row] != kNoTemplate) ordinals_[row] = next[ids_[row]]++;
  return ordinals_;
}

bool TemplateColumn::variables(std::size_t of, std::size_t slot, std::span<const std::int64_t>& values) {
  if (!locate() || !load(templates_[of])) return false;
  values = templates_[of].slot(slot);
  return true;
}

bool TemplateColumn::may_hold(std::size_t of, std::size_t slot, std::int64_t value, bool& answer) {
  if (!locate()) return false;
  Template& in = templates_[of];
  if (!in.loaded && in.small() && !find_small()) return false;
  if (in.loaded) {
    const auto values = in.slot(slot);
    answer = sound_ && std::ranges::find(values, value) != values.end();
    return sound_;
  }
  if (in.small()) {  // its bytes, wherever they stand
    std::string bytes;
    base::append_varint(bytes, static_cast<std::uint64_t>(value));
    answer = in.at.find(bytes) != std::string_view::npos;
    return true;
  }
  base::ByteReader from(in.at);
  for (std::size_t before = 0; before < slot; ++before)
    if (!skip_slot(from, before, in.rows)) return false;
  std::size_t back = 0;
  bool failed = !read_back(from, slot, back);
  answer = failed || back > 0 || may_hold_integer(from, in.rows, value, context_.arena, failed);
  return !failed;
}

bool TemplateColumn::texts(std::span<const std::string_view>& all) {
  if (!has_texts_) {
    has_texts_ = true;
    base::ByteReader from = from_;
    texts_sound_ = read_strings(from, kTextsMax, texts_);
  }
  all = texts_;
  return texts_sound_;
}

bool TemplateColumn::render(std::span<const std::uint32_t> rows, base::Arena& arena, record::Value* values) {
  std::span<const std::string_view> all;
  if (!texts(all) || (!rows.empty() && !locate())) return false;
  const std::span<const std::uint32_t> ordinal = ordinals();
  std::uint64_t bytes_left = context_.bytes_left;
  for (const std::uint32_t row : rows) {
    Template& of = templates_[ids_[row]];
    if (!load(of) || !render(of, ordinal[row], arena, bytes_left, *values++)) return false;
  }
  return true;
}

// Counted and bounded strings from their stream.
bool TemplateColumn::read_strings(base::ByteReader& from, std::uint64_t count_max, std::vector<std::string_view>& strings) {
  bool failed = false;
  const std::uint64_t count = from.read_varint();
  const std::uint64_t bytes = from.read_varint();
  if (from.failed() || count > count_max || count > bytes || !context_.take(bytes)) return false;
  base::ByteReader content(read_byte_stream(from, bytes, context_.arena, failed));
  strings.resize(count);
  for (std::string_view& text : strings) text = content.read_string();
  return !failed && !content.failed() && content.remaining() == 0;
}

bool TemplateColumn::parse_templates() {
  templates_.resize(keys_.size());
  for (std::size_t of = 0; of < keys_.size(); ++of) {
    Template& parsed = templates_[of];
    parsed.key = keys_[of];
    parsed.first_kind = static_cast<std::uint32_t>(kinds_.size());
    if (!read_slot_kinds(parsed.key, kinds_, parsed.literal_bytes)) return false;
    parsed.slots = static_cast<std::uint32_t>(kinds_.size()) - parsed.first_kind;
  }
  for (const std::uint16_t id : ids_)
    if (id != kNoTemplate) ++templates_[id].rows;
  return true;
}

// Finds where texts and slots lie, without decompressing anything.
bool TemplateColumn::locate() {
  if (located_) return sound_;
  located_ = true;
  if (!parse_templates()) return false;
  base::ByteReader from = from_;
  bool failed = false;
  from.read_varint();
  skip_byte_stream(from, from.read_varint(), failed);
  if (failed) return false;
  small_at_ = from;
  const char order = static_cast<char>(from.read<std::uint8_t>());
  if (from.failed() || order > kSlotsByPosition) return false;
  if (order == kSlotsByPosition) {
    if (!skip_positions(from)) return false;
  } else {
    skip_byte_stream(from, from.read_varint(), failed);
    if (failed) return false;
  }
  for (Template& of : templates_) {
    if (of.small()) continue;
    base::ByteReader rest = from;
    of.at = rest.read_bytes(rest.remaining());
    for (std::size_t slot = 0; slot < of.slots; ++slot)
      if (!skip_slot(from, slot, of.rows)) return false;
  }
  return sound_ = !from.failed() && from.remaining() == 0;
}

bool TemplateColumn::skip_positions(base::ByteReader& from) const {
  for (std::size_t slot = 0;; ++slot) {
    std::size_t rows[std::size(kSlotKinds)] = {}, all = 0;
    for (const Template& of : templates_) {
      if (!of.small() || of.slots <= slot) continue;
      rows[std::ranges::find(kSlotKinds, kind(of, slot)) - kSlotKinds] += of.rows;
      all += of.rows;
    }
    if (all == 0) return true;
    for (const std::size_t of_kind : rows)
      if (of_kind > 0 && !skip_slot(from, slot, of_kind)) return false;
  }
}

// A slot's integers are held: their memory counts as the text's does.
bool TemplateColumn::make_room(Template& of) {
  if (!context_.take(of.slots * of.rows * sizeof(std::int64_t))) return false;
  of.values.resize(of.slots * of.rows);
  return true;
}

bool TemplateColumn::load(Template& of) {
  if (of.loaded) return sound_;
  if (of.small() && !find_small()) return false;
  if (of.loaded) return sound_;
  of.loaded = true;
  sound_ = sound_ && make_room(of);
  if (sound_ && of.small()) return sound_ = read_small_slots(of);
  base::ByteReader from(of.at);
  for (std::size_t slot = 0; sound_ && slot < of.slots; ++slot) sound_ = read_large_slot(from, of, slot);
  return sound_;
}

// Where the variables of each small template lie; stored by position they are read at once.
bool TemplateColumn::find_small() {
  if (has_small_) return small_sound_;
  has_small_ = true;
  base::ByteReader from = small_at_;
  if (static_cast<char>(from.read<std::uint8_t>()) == kSlotsByTemplate) return small_sound_ = find_small_slots(from);
  for (Template& of : templates_) {
    if (!of.small()) continue;
    of.loaded = true;
    sound_ = sound_ && make_room(of);
  }
  return small_sound_ = sound_ = sound_ && read_positions(from);
}

bool TemplateColumn::find_small_slots(base::ByteReader& from) {
  bool failed = false;
  const std::uint64_t bytes = from.read_varint();
  if (from.failed() || !context_.take(bytes)) return false;
  std::string_view rest = read_byte_stream(from, bytes, context_.arena, failed);
  for (Template& of : templates_) {
    if (!of.small()) continue;
    const std::size_t length = varint_bytes(rest, of.slots * of.rows);
    if (length == std::string_view::npos) return false;
    of.at = rest.substr(0, length);
    rest.remove_prefix(length);
  }
  return !failed && rest.empty();
}

bool TemplateColumn::read_small_slots(Template& of) {
  base::ByteReader from(of.at);
  for (std::int64_t& value : of.values) value = static_cast<std::int64_t>(from.read_varint());
  return !from.failed();
}

bool TemplateColumn::read_large_slot(base::ByteReader& from, Template& of, std::size_t slot) {
  bool failed = false;
  std::size_t back = 0;
  if (!read_back(from, slot, back)) return false;
  const std::span<std::int64_t> values = of.slot(slot);
  read_integers(from, values, context_.arena, failed);
  if (failed) return false;
  if (back == 0) return true;
  if (kind(of, slot - back) != kind(of, slot)) return false;
  const std::span<const std::int64_t> earlier = of.slot(slot - back);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = sum(values[i], earlier[i]);
  return true;
}

bool TemplateColumn::read_positions(base::ByteReader& from) {
  std::vector<SmallRow> rows, of_kind;
  std::vector<std::size_t> next(templates_.size(), 0);
  for (const std::uint16_t id : ids_)
    if (id != kNoTemplate && templates_[id].small()) rows.push_back({&templates_[id], next[id]++});
  for (std::size_t slot = 0;; ++slot) {
    std::erase_if(rows, [&](const SmallRow& row) { return row.of->slots <= slot; });
    if (rows.empty()) return true;
    for (const SlotKind of_this : kSlotKinds) {
      of_kind.clear();
      for (const SmallRow& row : rows)
        if (kind(*row.of, slot) == of_this) of_kind.push_back(row);
      if (!of_kind.empty() && !read_position(from, of_kind, slot)) return false;
    }
  }
}

bool TemplateColumn::read_position(base::ByteReader& from, std::span<const SmallRow> rows, std::size_t slot) {
  bool failed = false;
  std::size_t back = 0;
  if (!read_back(from, slot, back)) return false;
  scratch_.resize(rows.size());
  read_integers(from, scratch_, context_.arena, failed);
  if (failed) return false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Template& of = *rows[i].of;
    const bool relative = back > 0 && kind(of, slot - back) == kind(of, slot);
    of.slot(slot)[rows[i].row] = relative ? sum(scratch_[i], of.slot(slot - back)[rows[i].row]) : scratch_[i];
  }
  return true;
}

bool TemplateColumn::render(Template& of, std::size_t row, base::Arena& arena, std::uint64_t& bytes_left, record::Value& to) {
  std::size_t length = of.literal_bytes;
  const std::int64_t* variable = of.values.data() + row;
  for (std::size_t slot = 0; slot < of.slots; ++slot, variable += of.rows) {
    const auto value = static_cast<std::uint64_t>(*variable);
    const bool is_text = kind(of, slot) == SlotKind::text;
    if (is_text && value >= texts_.size()) return false;
    const std::size_t bytes = is_text ? texts_[value].size() : slot_length(kind(of, slot), value);
    if (bytes == 0) return false;
    length += bytes;
  }
  if (length > bytes_left) return false;
  bytes_left -= length;

  if (of.pieces == 0) {
    of.first_piece = static_cast<std::uint32_t>(pieces_.size());
    if (!parse_template(of.key, pieces_)) return false;
    of.pieces = static_cast<std::uint32_t>(pieces_.size()) - of.first_piece;
  }
  char* const text = arena.allocate(length);
  char* end = text;
  variable = of.values.data() + row;
  for (const TemplatePiece& piece : std::span(pieces_).subspan(of.first_piece, of.pieces)) {
    if (!piece.slot) {
      end = std::copy(piece.literal.begin(), piece.literal.end(), end);
      continue;
    }
    const auto value = static_cast<std::uint64_t>(*variable);
    variable += of.rows;
    end = piece.kind == SlotKind::text ? std::copy(texts_[value].begin(), texts_[value].end(), end) : render_slot(piece.kind, value, end);
  }
  to = record::Value::string({text, length});
  return true;
}

}  // namespace logmill::store
