// Reads a column of texts that were stored as templates and variables (encode_templates.cc), as
// little of it as is asked for: which templates there are, which row has which, and the variables
// of the templates that matter.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/bytes.h"
#include "record/value.h"
#include "store/encoding.h"
#include "store/template_tokens.h"

namespace logmill::store {

inline constexpr std::uint8_t kTemplatesEncoding = 22;  // on disk
inline constexpr std::size_t kTemplatesMax = 4'096;
// The slots of a template with fewer rows are small: they lie together.
inline constexpr std::size_t kSmallSlotRows = 512;
inline constexpr char kSlotsByTemplate = 0;
inline constexpr char kSlotsByPosition = 1;
inline constexpr SlotKind kSlotKinds[] = {SlotKind::digits, SlotKind::hex8, SlotKind::hex16, SlotKind::text};

// Functions that return bool return false where the column is damaged. Thread-compatible.
class TemplateColumn {
 public:
  static constexpr std::uint16_t kNoTemplate = std::numeric_limits<std::uint16_t>::max();

  // Of `count` texts. `bytes` and the context's arena must outlive the column.
  TemplateColumn(std::string_view bytes, std::size_t count, const DecodeContext& context) : from_(bytes), ids_(count), context_(context) {}

  // Templates, and which text has which.
  bool read();
  // There are more rows than texts: those whose bit is not set have none. Once, after `read`.
  void spread(std::string_view bitmap, std::size_t rows);

  std::size_t templates() const { return keys_.size(); }
  // Of each template. They lie one behind the other, and are valid as long as the column.
  std::span<const std::string_view> keys() const { return keys_; }
  std::string_view key(std::size_t of) const { return keys_[of]; }
  // Whether each row has a text.
  bool in_all_rows() const { return in_all_rows_; }
  // The template of each row; kNoTemplate where it has no text.
  std::span<const std::uint16_t> template_of() const { return ids_; }
  // How many rows of the same template come before each row.
  std::span<const std::uint32_t> ordinals();

  // The variables of a template in one slot, one for each of its rows. Those of text slots are numbers
  // of `texts`. Valid as long as the column.
  bool variables(std::size_t of, std::size_t slot, std::span<const std::int64_t>& values);
  // Whether a variable of the template, the one in this slot, may be `value` in any row: a look at
  // less than `variables` reads.
  bool may_hold(std::size_t of, std::size_t slot, std::int64_t value, bool& answer);
  // The distinct texts of text slots. Valid as long as the column.
  bool texts(std::span<const std::string_view>& all);
  // The texts of these rows, all of which have one; `values` gets one for each of them, in `arena`.
  // Together they are bounded by what is left.
  bool render(std::span<const std::uint32_t> rows, base::Arena& arena, record::Value* values);

 private:
  // More than its key: most searches ask for no variable.
  struct Template {
    std::string_view key;
    std::size_t rows = 0;
    std::uint32_t first_piece = 0, pieces = 0;  // among pieces_, once a text was made
    std::uint32_t first_kind = 0, slots = 0;    // among kinds_
    std::size_t literal_bytes = 0;
    std::string_view at;  // where its variables lie; of a small one once they were found
    bool loaded = false;
    std::vector<std::int64_t> values;  // slot by slot, each of `rows`
    bool small() const { return rows < kSmallSlotRows; }
    std::span<std::int64_t> slot(std::size_t number) { return std::span(values).subspan(number * rows, rows); }
  };
  // A row of a small template, and which of its rows.
  struct SmallRow {
    Template* of;
    std::size_t row;
  };

  bool read_strings(base::ByteReader& from, std::uint64_t count_max, std::vector<std::string_view>& strings);
  bool parse_templates();
  bool locate();
  bool skip_strings();
  bool skip_positions(base::ByteReader& from) const;
  bool make_room(Template& of);
  SlotKind kind(const Template& of, std::size_t slot) const { return kinds_[of.first_kind + slot]; }
  bool load(Template& of);
  bool find_small();
  bool find_small_slots(base::ByteReader& from);
  bool read_small_slots(Template& of);
  bool read_large_slot(base::ByteReader& from, Template& of, std::size_t slot);
  bool read_positions(base::ByteReader& from);
  bool read_position(base::ByteReader& from, std::span<const SmallRow> rows, std::size_t slot);
  bool render(Template& of, std::size_t row, base::Arena& arena, std::uint64_t& bytes_left, record::Value& to);

  base::ByteReader from_;
  std::vector<std::uint16_t> ids_;
  bool in_all_rows_ = true;
  DecodeContext context_;
  std::vector<std::string_view> keys_;
  std::vector<TemplatePiece> pieces_;
  std::vector<SlotKind> kinds_;
  std::vector<std::uint32_t> ordinals_;
  // Set by `locate`.
  bool located_ = false, sound_ = false;
  std::vector<Template> templates_;
  base::ByteReader small_at_{std::string_view{}};
  bool has_small_ = false, small_sound_ = false;
  bool has_texts_ = false, texts_sound_ = false;
  std::vector<std::string_view> texts_;
  std::vector<std::int64_t> scratch_;
};

}  // namespace logmill::store
