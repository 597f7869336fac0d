// Messages as templates and variables (template_tokens.h says how they are cut).
//
// templates = count:varint bytes:varint byte_stream(bytes)      keys, each a string, in order of first appearance
//             integers(rows)                                    which template each row has
//             texts:varint bytes:varint byte_stream(bytes)      the distinct text variables, each a string
//             bytes:varint byte_stream(bytes)                   small slots: varints, slot after slot
//             integers(rows of the template)*                   large slots
//   Slots are taken template by template, in order of the key; a slot's rows are those of its template. One
//   with fewer than 512 rows is small: many short streams would cost more than they hold. The value of a
//   text slot is the number of its text.
//
// Declined when the text has no structure that this finds: see `kTrialRows`.
#include <algorithm>

#include "store/encoding.h"
#include "store/template_tokens.h"
#include "store/value_table.h"

namespace logmill::store {

extern const EncodingSpec kText;

namespace {

constexpr std::size_t kTemplatesMax = 4'096;
constexpr std::size_t kSmallSlotRows = 512;
// So many rows are encoded both ways first, and the better way is taken for all.
constexpr std::size_t kTrialRows = 2'048;
// Templates pay in reading too, so they are also taken at about equal size.
constexpr double kTextBetter = 0.97;

// Takes message after message, then writes. Variables are kept in the order in which they came, and are sorted into
// their slots once it is known how many each has.
class TemplateWriter {
 public:
  // False when there are too many templates, or too many variables in one.
  bool add(std::string_view message) {
    tokenizer_.cut(message);
    const std::vector<Variable>& variables = tokenizer_.variables();
    if (variables.size() > kTemplateSlotsMax) return false;
    const std::string_view key = tokenizer_.key();
    const auto [id, added] = keys_.insert(key, [&] { return arena_.copy(key); });
    if (id >= kTemplatesMax) return false;
    if (added) templates_.push_back({.slots = variables.size()});
    ++templates_[id].rows;
    ids_.push_back(id);
    for (const Variable& variable : variables)
      variables_.push_back(static_cast<std::int64_t>(
          variable.kind == SlotKind::text ? texts_.insert(variable.text).number : variable.number));
    return true;
  }

  void write(EncodeContext& context, std::string& out) {
    append_strings(out, keys_.items(), context);
    context.integers.append(out, ids_);
    append_strings(out, texts_.items(), context);
    sort_variables();
    std::string small;
    for_each_slot([&](std::span<const std::int64_t> values) {
      if (values.size() < kSmallSlotRows)
        for (const std::int64_t value : values) base::append_varint(small, static_cast<std::uint64_t>(value));
    });
    base::append_varint(out, small.size());
    context.bytes.append(out, small);
    for_each_slot([&](std::span<const std::int64_t> values) {
      if (values.size() >= kSmallSlotRows) context.integers.append(out, values);
    });
  }

 private:
  struct Template {
    std::size_t slots = 0;
    std::size_t rows = 0;
    std::size_t next = 0;  // in sorted_, of the row that comes next
  };

  void sort_variables() {
    std::size_t start = 0;
    for (Template& of : templates_) {
      of.next = start;
      start += of.slots * of.rows;
    }
    sorted_.resize(variables_.size());
    const std::int64_t* variable = variables_.data();
    for (const std::int64_t id : ids_) {
      Template& of = templates_[static_cast<std::size_t>(id)];
      for (std::size_t slot = 0; slot < of.slots; ++slot) sorted_[of.next + slot * of.rows] = *variable++;
      ++of.next;
    }
  }

  // Template by template, in order of the key.
  template <class Visit>
  void for_each_slot(Visit visit) const {
    std::span<const std::int64_t> rest = sorted_;
    for (const Template& of : templates_)
      for (std::size_t slot = 0; slot < of.slots; ++slot) {
        visit(rest.first(of.rows));
        rest = rest.subspan(of.rows);
      }
  }

  static void append_strings(std::string& out, const std::vector<std::string_view>& strings,
                             EncodeContext& context) {
    std::string content;
    for (const std::string_view text : strings) base::append_string(content, text);
    base::append_varint(out, strings.size());
    base::append_varint(out, content.size());
    context.bytes.append(out, content);
  }

  base::Arena arena_;  // of keys
  Tokenizer tokenizer_;
  TextTable keys_;
  TextTable texts_;
  std::vector<Template> templates_;
  std::vector<std::int64_t> ids_;
  std::vector<std::int64_t> variables_;
  std::vector<std::int64_t> sorted_;
};

bool encode_all(std::span<const record::Value> values, EncodeContext& context, std::string& out) {
  TemplateWriter writer;
  for (const record::Value& value : values)
    if (!writer.add(value.text())) return false;
  writer.write(context, out);
  return true;
}

std::size_t text_bytes(std::span<const record::Value> values) {
  std::size_t bytes = 0;
  for (const record::Value& value : values) bytes += value.text().size();
  return bytes;
}

bool better(std::size_t as_templates, std::size_t as_text) {
  return static_cast<double>(as_templates) * kTextBetter <= static_cast<double>(as_text);
}

bool encode(std::span<const record::Value> values, KindSet kinds, EncodeContext& context,
            std::string& out) {
  if (kinds != kind_bit(record::Kind::string)) return false;
  const auto sample = values.first(std::min(values.size(), kTrialRows));
  std::string as_templates, as_text;
  if (!encode_all(sample, context, as_templates)) return false;
  kText.encode(sample, kinds, context, as_text);
  if (!better(as_templates.size(), as_text.size())) return false;
  if (sample.size() == values.size()) {
    out += as_templates;
    return true;
  }
  const std::size_t start = out.size();
  if (!encode_all(values, context, out)) return false;

  // The sample may have been lucky. When templates turn out worse than its text was, see for real.
  const auto taken = static_cast<double>(out.size() - start);
  const double text_share = static_cast<double>(as_text.size()) / static_cast<double>(1 + text_bytes(sample));
  if (taken <= text_share * static_cast<double>(text_bytes(values))) return true;
  as_text.clear();
  kText.encode(values, kinds, context, as_text);
  return better(out.size() - start, as_text.size());
}

// Counted and bounded strings from their stream.
bool read_strings(base::ByteReader& from, std::uint64_t count_max, DecodeContext& context,
                  std::vector<std::string_view>& strings) {
  bool failed = false;
  const std::uint64_t count = from.read_varint();
  const std::uint64_t bytes = from.read_varint();
  if (from.failed() || count > count_max || count > bytes || !context.take(bytes)) return false;
  base::ByteReader content(read_byte_stream(from, bytes, context.arena, failed));
  strings.resize(count);
  for (std::string_view& text : strings) text = content.read_string();
  return !failed && !content.failed() && content.remaining() == 0;
}

struct DecodedTemplate {
  std::vector<TemplatePiece> pieces;
  std::size_t literal_bytes = 0;
  std::size_t rows = 0;
  std::size_t next = 0;                           // row among those of this template
  std::vector<std::vector<std::int64_t>> values;  // by slot
};

class TemplateReader {
 public:
  TemplateReader(std::string_view bytes, std::size_t count, DecodeContext& context)
      : from_(bytes), ids_(count), context_(context) {}

  bool read(ColumnData& to) {
    return read_templates() && read_ids() && read_strings(from_, kSlotsMax, context_, texts_) &&
           read_slots() && render_all(to);
  }

 private:
  // A text of its own in each slot: more cannot be in a column of kColumnBytesMax.
  static constexpr std::uint64_t kSlotsMax = 1 << 28;

  bool read_templates() {
    std::vector<std::string_view> keys;
    if (!read_strings(from_, kTemplatesMax, context_, keys)) return false;
    for (const std::string_view key : keys) {
      auto pieces = parse_template(key);
      if (!pieces) return false;
      DecodedTemplate of;
      of.pieces = std::move(*pieces);
      for (const TemplatePiece& piece : of.pieces) of.literal_bytes += piece.literal.size();
      templates_.push_back(std::move(of));
    }
    return true;
  }

  bool read_ids() {
    bool failed = false;
    read_integers(from_, ids_, context_.arena, failed);
    for (const std::int64_t id : ids_) {
      if (static_cast<std::uint64_t>(id) >= templates_.size()) return false;
      ++templates_[static_cast<std::size_t>(id)].rows;
    }
    return !failed;
  }

  bool read_slots() {
    bool failed = false;
    const std::uint64_t small_bytes = from_.read_varint();
    if (from_.failed() || !context_.take(small_bytes)) return false;
    base::ByteReader small(read_byte_stream(from_, small_bytes, context_.arena, failed));
    for (DecodedTemplate& of : templates_) {
      for (const TemplatePiece& piece : of.pieces) {
        if (!piece.slot) continue;
        // A slot's integers are held until rendering: their memory counts as the text's does.
        if (failed || !context_.take(of.rows * sizeof(std::int64_t))) return false;
        std::vector<std::int64_t>& values = of.values.emplace_back(of.rows);
        if (of.rows < kSmallSlotRows)
          for (std::int64_t& value : values) value = static_cast<std::int64_t>(small.read_varint());
        else
          read_integers(from_, values, context_.arena, failed);
      }
    }
    return !failed && !small.failed() && small.remaining() == 0 && from_.remaining() == 0;
  }

  bool render_all(ColumnData& to) {
    to.values.resize(ids_.size());
    for (std::size_t i = 0; i < ids_.size(); ++i)
      if (!render(templates_[static_cast<std::size_t>(ids_[i])], to.values[i])) return false;
    return true;
  }

  bool render(DecodedTemplate& of, record::Value& to) {
    const std::size_t row = of.next++;
    std::size_t length = of.literal_bytes;
    std::size_t slot = 0;
    for (const TemplatePiece& piece : of.pieces) {
      if (!piece.slot) continue;
      const auto value = static_cast<std::uint64_t>(of.values[slot++][row]);
      if (piece.kind == SlotKind::text && value >= texts_.size()) return false;
      const std::size_t bytes =
          piece.kind == SlotKind::text ? texts_[value].size() : slot_length(piece.kind, value);
      if (bytes == 0) return false;
      length += bytes;
    }
    if (!context_.take(length)) return false;

    char* const text = context_.arena.allocate(length);
    char* end = text;
    slot = 0;
    for (const TemplatePiece& piece : of.pieces) {
      if (!piece.slot) {
        end = std::copy(piece.literal.begin(), piece.literal.end(), end);
        continue;
      }
      const auto value = static_cast<std::uint64_t>(of.values[slot++][row]);
      end = piece.kind == SlotKind::text ? std::copy(texts_[value].begin(), texts_[value].end(), end)
                                         : render_slot(piece.kind, value, end);
    }
    to = record::Value::string({text, length});
    return true;
  }

  base::ByteReader from_;
  std::vector<std::int64_t> ids_;
  DecodeContext& context_;
  std::vector<DecodedTemplate> templates_;
  std::vector<std::string_view> texts_;
};

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to) {
  return TemplateReader(bytes, count, context).read(to);
}

}  // namespace

extern constexpr EncodingSpec kTemplates{.id = 22,
                                         .name = "templates",
                                         .summary = "messages as templates and variables",
                                         .encode = encode,
                                         .decode = decode};

}  // namespace logmill::store
