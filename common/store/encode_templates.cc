// Messages as templates and variables (template_tokens.h says how they are cut).
//
// templates = count:varint bytes:varint byte_stream(bytes)      keys, each a string, in order of
// first appearance
//             integers(rows)                                    which template each row has
//             texts:varint bytes:varint byte_stream(bytes)      the distinct text variables, each a
//             string small_slots slot(rows of the template)*                       large slots:
//             template by template, in order of the key
// small_slots = 0x00 bytes:varint byte_stream(bytes)            varints: slot after slot, template
// by template
//             | 0x01 slot(n)*                                   by position in the message, and
//             there by SlotKind; the rows of all
//                                                               small templates that have such a
//                                                               slot there, in order
// slot(n)     = back:varint integers(n)                         back 0: the values; else: less that
// of the slot `back` places before
//                                                               in the same message, where it has
//                                                               the same kind
//   The slots of a template with fewer than 512 rows are small: many short streams would cost more
//   than they hold. Lines of one program begin alike, whatever their template: then positions are
//   the better columns. The value of a text slot is the number of its text.
//
// Declined when the text has no structure that this finds: see `kTrialRows`.
#include <algorithm>
#include <array>
#include <numeric>

#include "store/encoding.h"
#include "store/template_column.h"
#include "store/template_tokens.h"
#include "store/value_table.h"

namespace logmill::store {

extern const EncodingSpec kText;

namespace {

// How far back the same value is looked for, and in how many of the rows.
constexpr std::size_t kBackMax = 8;
constexpr std::size_t kBackSample = 256;
// So many rows are encoded both ways first, and the better way is taken for all.
constexpr std::size_t kTrialRows = 2'048;
// On average: what is longer is data, and cutting it would take many times its memory.
constexpr std::size_t kMessageBytesMax = 16 << 10;
// Templates pay in reading too, so they are also taken at about equal size.
constexpr double kTextBetter = 0.97;

// How small slots are laid out. Both ways are made where it is not known which is smaller.
enum class SlotLayout { whichever_is_smaller, by_template, by_position };
// A way that takes so much more for the first rows is not tried for all.
constexpr double kLayoutWorse = 1.1;

SlotLayout clearly_smaller(std::size_t by_template, std::size_t by_position) {
  const auto far_more = [](std::size_t a, std::size_t b) { return static_cast<double>(a) > kLayoutWorse * static_cast<double>(b); };
  if (far_more(by_position, by_template)) return SlotLayout::by_template;
  return far_more(by_template, by_position) ? SlotLayout::by_position : SlotLayout::whichever_is_smaller;
}

// Modulo 2^64.
std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

// Takes message after message, then writes. Variables are kept in the order in which they came, and
// are sorted into their slots once it is known how many each has.
class TemplateWriter {
 public:
  TemplateWriter(std::size_t rows, SlotLayout layout) : layout_(layout) {
    ids_.reserve(rows);
    variables_.reserve(2 * rows);
  }
  // False when there are too many templates, or too many variables in one.
  bool add(std::string_view message) {
    tokenizer_.cut(message);
    const std::span<const Variable> variables = tokenizer_.variables();
    if (variables.size() > kTemplateSlotsMax) return false;
    const std::string_view key = tokenizer_.key();
    const auto [id, added] = keys_.insert(key, [&] { return arena_.copy(key); });
    if (id >= kTemplatesMax) return false;
    if (added) {
      templates_.emplace_back();
      for (const Variable& variable : variables) templates_.back().kinds.push_back(variable.kind);
    }
    ++templates_[id].rows;
    ids_.push_back(id);
    for (const Variable& variable : variables)
      variables_.push_back(
          static_cast<std::int64_t>(variable.kind == SlotKind::text ? texts_.insert(variable.text).number : variable.number));
    return true;
  }

  // Returns which layout of small slots it found clearly smaller.
  SlotLayout write(EncodeContext& context, std::string& out) {
    append_strings(out, keys_.items(), context);
    context.integers.append(out, ids_);
    append_strings(out, texts_.items(), context);
    sort_variables();
    const SlotLayout found = append_small_slots(out, context);
    for (const Template& of : templates_) {
      if (of.small()) continue;
      for (std::size_t slot = 0; slot < of.kinds.size(); ++slot) append_large_slot(out, of, slot, context);
    }
    return found;
  }

 private:
  struct Template {
    std::vector<SlotKind> kinds;
    std::size_t rows = 0;
    std::size_t first = 0;  // in sorted_, of its first slot
    bool small() const { return rows < kSmallSlotRows; }
  };

  void sort_variables() {
    std::size_t start = 0;
    std::vector<std::size_t> next;
    for (Template& of : templates_) {
      next.push_back(of.first = start);
      start += of.kinds.size() * of.rows;
    }
    sorted_.resize(variables_.size());
    const std::int64_t* variable = variables_.data();
    for (const std::int64_t id : ids_) {
      const Template& of = templates_[static_cast<std::size_t>(id)];
      std::int64_t* to = sorted_.data() + next[static_cast<std::size_t>(id)]++;
      for (std::size_t slot = 0; slot < of.kinds.size(); ++slot, to += of.rows) *to = *variable++;
    }
  }

  std::span<const std::int64_t> slot_values(const Template& of, std::size_t slot) const {
    return std::span(sorted_).subspan(of.first + slot * of.rows, of.rows);
  }

  void append_large_slot(std::string& out, const Template& of, std::size_t slot, EncodeContext& context) {
    const auto values = slot_values(of, slot);
    const std::size_t back = choose_back(slot, values.size(), [&](std::size_t i, std::size_t before) {
      return of.kinds[slot - before] == of.kinds[slot] && slot_values(of, slot - before)[i] == values[i];
    });
    base::append_varint(out, back);
    if (back == 0) return context.integers.append(out, values);
    const auto earlier = slot_values(of, slot - back);
    scratch_.clear();
    for (std::size_t i = 0; i < values.size(); ++i) scratch_.push_back(difference(values[i], earlier[i]));
    context.integers.append(out, scratch_);
  }

  // How many slots before this one stands the same value in most messages; 0 if nowhere.
  template <class Same>
  static std::size_t choose_back(std::size_t slot, std::size_t count, Same same) {
    for (std::size_t back = 1; back <= std::min(slot, kBackMax); ++back) {
      std::size_t equal = 0, seen = 0;
      const std::size_t step = std::max<std::size_t>(1, count / kBackSample);
      for (std::size_t i = 0; i < count; i += step, ++seen) equal += same(i, back);
      if (2 * equal > seen) return back;
    }
    return 0;
  }

  SlotLayout append_small_slots(std::string& out, EncodeContext& context) {
    std::string by_template(1, kSlotsByTemplate), by_position(1, kSlotsByPosition);
    const bool none = std::ranges::all_of(templates_, [](const Template& of) { return !of.small() || of.kinds.empty(); });
    const bool only_by_template = none || layout_ == SlotLayout::by_template;
    if (!only_by_template) append_positions(by_position, context);
    if (only_by_template || layout_ != SlotLayout::by_position) append_templates(by_template, context);
    if (only_by_template || layout_ == SlotLayout::by_position) {
      out += only_by_template ? by_template : by_position;
      return layout_;
    }
    out += by_position.size() < by_template.size() ? by_position : by_template;
    return clearly_smaller(by_template.size(), by_position.size());
  }

  void append_templates(std::string& out, EncodeContext& context) const {
    std::string content;
    for (const Template& of : templates_)
      if (of.small())
        for (const std::int64_t value : std::span(sorted_).subspan(of.first, of.kinds.size() * of.rows))
          base::append_varint(content, static_cast<std::uint64_t>(value));
    base::append_varint(out, content.size());
    context.bytes.append_text(out, content);
  }

  // A row of a small template.
  struct SmallRow {
    const Template* of;
    const std::int64_t* variables;
  };

  void append_positions(std::string& out, EncodeContext& context) {
    std::vector<SmallRow> rows;
    std::array<std::vector<SmallRow>, std::size(kSlotKinds)> of_kind;
    const std::int64_t* variables = variables_.data();
    for (const std::int64_t id : ids_) {
      const Template& of = templates_[static_cast<std::size_t>(id)];
      if (of.small()) rows.push_back({&of, variables});
      variables += of.kinds.size();
    }
    for (std::size_t slot = 0;; ++slot) {
      std::erase_if(rows, [&](const SmallRow& row) { return row.of->kinds.size() <= slot; });
      if (rows.empty()) return;
      for (auto& of : of_kind) of.clear();
      for (const SmallRow& row : rows) of_kind[static_cast<std::size_t>(row.of->kinds[slot]) - 1].push_back(row);
      for (const auto& of : of_kind)
        if (!of.empty()) append_position(out, of, slot, context);
    }
  }

  void append_position(std::string& out, std::span<const SmallRow> rows, std::size_t slot, EncodeContext& context) {
    const auto comparable = [&](const SmallRow& row, std::size_t back) { return row.of->kinds[slot - back] == row.of->kinds[slot]; };
    const std::size_t back = choose_back(slot, rows.size(), [&](std::size_t i, std::size_t before) {
      return comparable(rows[i], before) && rows[i].variables[slot - before] == rows[i].variables[slot];
    });
    scratch_.clear();
    for (const SmallRow& row : rows) {
      const bool relative = back > 0 && comparable(row, back);
      scratch_.push_back(relative ? difference(row.variables[slot], row.variables[slot - back]) : row.variables[slot]);
    }
    base::append_varint(out, back);
    context.integers.append(out, scratch_);
  }

  static void append_strings(std::string& out, const std::vector<std::string_view>& strings, EncodeContext& context) {
    std::string content;
    for (const std::string_view text : strings) base::append_string(content, text);
    base::append_varint(out, strings.size());
    base::append_varint(out, content.size());
    context.bytes.append_text(out, content);
  }

  const SlotLayout layout_;
  base::Arena arena_;  // of keys
  Tokenizer tokenizer_;
  TextTable keys_;
  TextTable texts_;
  std::vector<Template> templates_;
  std::vector<std::int64_t> ids_;
  std::vector<std::int64_t> variables_;
  std::vector<std::int64_t> sorted_;
  std::vector<std::int64_t> scratch_;
};

// `layout` is how small slots are laid out, and receives what is clearly smaller.
bool encode_all(std::span<const record::Value> values, EncodeContext& context, SlotLayout& layout, std::string& out) {
  TemplateWriter writer(values.size(), layout);
  for (std::size_t i = 0; i < values.size(); ++i) {
    prefetch_text(values, i);
    if (!writer.add(values[i].text())) return false;
  }
  layout = writer.write(context, out);
  return true;
}

bool better(std::size_t as_templates, std::size_t as_text) {
  return static_cast<double>(as_templates) * kTextBetter <= static_cast<double>(as_text);
}

bool encode(std::span<const record::Value> values, KindSet kinds, EncodeContext& context, std::string& out) {
  if (kinds != kind_bit(record::Kind::string)) return false;
  const auto sample = values.first(std::min(values.size(), kTrialRows));
  if (text_bytes(sample) > kMessageBytesMax * sample.size()) return false;
  std::string as_templates, as_text;
  SlotLayout layout = SlotLayout::whichever_is_smaller;
  if (!encode_all(sample, context, layout, as_templates)) return false;
  kText.encode(sample, kinds, context, as_text);
  if (!better(as_templates.size(), as_text.size())) return false;
  if (sample.size() == values.size()) {
    out += as_templates;
    return true;
  }
  const std::size_t start = out.size();
  if (!encode_all(values, context, layout, out)) return false;

  // The sample may have been lucky. When templates turn out worse than its text was, see for real.
  const auto taken = static_cast<double>(out.size() - start);
  const double text_share = static_cast<double>(as_text.size()) / static_cast<double>(1 + text_bytes(sample));
  if (taken <= text_share * static_cast<double>(text_bytes(values))) return true;
  as_text.clear();
  kText.encode(values, kinds, context, as_text);
  return better(out.size() - start, as_text.size());
}

bool decode(std::string_view bytes, std::size_t count, DecodeContext& context, ColumnData& to) {
  TemplateColumn column(bytes, count, context);
  if (!column.read()) return false;
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  to.values.resize(count);
  return column.render(rows, context.arena, to.values.data());
}

}  // namespace

extern constexpr EncodingSpec kTemplates{
    .id = kTemplatesEncoding, .name = "templates", .summary = "messages as templates and variables", .encode = encode, .decode = decode};

}  // namespace logmill::store
