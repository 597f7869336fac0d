#include "query/filter/template_filter.h"

#include <algorithm>
#include <array>
#include <optional>

#include "text/tokens.h"

namespace logmill::query {
namespace {

using store::SlotKind;
using store::TemplateColumn;

// So many texts are made at a time: they stay in the cache.
constexpr std::size_t kRenderedRows = 512;

base::Error damaged() { return {base::ErrorCode::corrupt, "damaged templates"}; }

bool is_mark(char c) { return c > 0 && c <= static_cast<char>(SlotKind::text); }

// Whether no variable is joined to letters and digits, or bytes of other alphabets, around it: then
// what stands within one token stands within one variable, or beside them all.
bool slots_stand_free(std::string_view key) {
  for (std::size_t i = 1; i < key.size(); ++i)
    if (is_mark(key[i]) ? is_mark(key[i - 1]) || text::is_token_byte(key[i - 1]) || key[i - 1] == 0
                        : is_mark(key[i - 1]) && text::is_token_byte(key[i]))
      return false;
  return true;
}

class TemplateFilter {
 public:
  TemplateFilter(TemplateColumn& column, const Predicate& predicate) : column_(column), predicate_(predicate) {}

  base::Status narrow(Mask& keep) {
    for (std::size_t of = 0; of < column_.templates(); ++of) templates_.push_back(judge(column_.key(of)));
    if (damaged_) return damaged();
    const auto ids = column_.template_of();
    std::vector<std::uint32_t> by_slots, by_texts;
    for (std::uint32_t row = 0; row < keep.size(); ++row) {
      if (!keep[row]) continue;
      const std::uint16_t of = ids[row];
      const Verdict verdict = of == TemplateColumn::kNoTemplate ? Verdict::never : templates_[of].verdict;
      keep[row] = verdict == Verdict::always;
      if (verdict == Verdict::depends) (templates_[of].by_slots ? by_slots : by_texts).push_back(row);
    }
    find_in_slots(by_slots);
    if (damaged_) return damaged();
    return decide_by_slots(by_slots, keep) && decide_by_texts(by_texts, keep) ? base::Status() : damaged();
  }

 private:
  struct Judged {
    Verdict verdict = Verdict::never;
    bool by_slots = false;                                  // where it depends: on the variables one by one
    std::vector<std::pair<std::size_t, SlotKind>> slots{};  // on which of them
    std::span<const std::vector<std::int64_t>> values{};
    bool looked = false, found = false;  // in all of these, whatever the row
  };

  Judged judge(std::string_view key) {
    Judged judged{.verdict = predicate_.judge(key)};
    if (judged.verdict != Verdict::depends || predicate_.token_part().empty() || !slots_stand_free(key)) return judged;
    judged.by_slots = true;
    std::size_t slot = 0;
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (key[i] == 0) {
        ++i;
      } else if (is_mark(key[i])) {
        if (may_hold(static_cast<SlotKind>(key[i]))) judged.slots.emplace_back(slot, static_cast<SlotKind>(key[i]));
        ++slot;
      }
    }
    if (judged.slots.empty()) judged.verdict = Verdict::never;
    return judged;
  }

  bool decide_by_texts(std::span<const std::uint32_t> rows, Mask& keep) {
    std::vector<record::Value> values(std::min(rows.size(), kRenderedRows));
    while (!rows.empty()) {
      const auto some = rows.first(std::min(rows.size(), kRenderedRows));
      rows = rows.subspan(some.size());
      scratch_.clear();
      if (!column_.render(some, scratch_, values.data())) return false;
      for (std::size_t i = 0; i < some.size(); ++i) keep[some[i]] = predicate_.test(values[i]);
    }
    return true;
  }

  // A template's variables lie one behind the other: most have no match, and then none of its rows needs to be looked at.
  void find_in_slots(std::vector<std::uint32_t>& rows) {
    const auto ids = column_.template_of();
    for (const std::uint32_t row : rows) {
      Judged& of = templates_[ids[row]];
      if (of.looked) continue;
      of.looked = true;
      if (!look(ids[row], of)) {
        damaged_ = true;
        return;
      }
    }
    std::erase_if(rows, [&](std::uint32_t row) { return !templates_[ids[row]].found; });
  }

  // A number is looked for where it lies before all of them are made.
  bool look(std::uint16_t id, Judged& of) {
    bool possible = !predicate_.whole_token();
    for (const auto& [slot, kind] : of.slots) {
      if (possible) break;
      if (kind == SlotKind::text)
        possible = true;
      else if (!column_.may_hold(id, slot, static_cast<std::int64_t>(number_->number), possible))
        return false;
    }
    if (!possible) return true;
    if (!column_.slots(id, of.values)) return false;
    for (const auto& [slot, kind] : of.slots) of.found = of.found || any_holds(kind, of.values[slot]);
    return true;
  }

  bool any_holds(SlotKind kind, const std::vector<std::int64_t>& values) {
    if (kind != SlotKind::text && predicate_.whole_token())
      return std::ranges::find(values, static_cast<std::int64_t>(number_->number)) != values.end();
    return std::ranges::any_of(values, [&](std::int64_t value) { return holds(kind, static_cast<std::uint64_t>(value)); });
  }

  bool decide_by_slots(const std::vector<std::uint32_t>& rows, Mask& keep) {
    if (rows.empty()) return true;
    const auto ids = column_.template_of();
    const auto ordinals = column_.ordinals();
    for (const std::uint32_t row : rows) {
      const Judged& of = templates_[ids[row]];
      for (const auto& [slot, kind] : of.slots)
        if (holds(kind, static_cast<std::uint64_t>(of.values[slot][ordinals[row]]))) {
          keep[row] = 1;
          break;
        }
    }
    return true;
  }

  // Whether any variable of this kind can hold what is looked for.
  bool may_hold(SlotKind kind) {
    std::optional<bool>& known = may_hold_[static_cast<std::size_t>(kind)];
    if (!known) known = kind == SlotKind::text ? test_texts() : number_may_hold(kind);
    return *known;
  }

  bool number_may_hold(SlotKind kind) {
    const auto fits = [kind](char c) { return slot_may_hold(static_cast<char>(kind), c); };
    if (!std::ranges::all_of(predicate_.token_part(), fits)) return false;
    if (!predicate_.whole_token()) return true;
    find_number();
    return number_ && number_->kind == kind;
  }

  bool holds(SlotKind kind, std::uint64_t value) {
    if (kind == SlotKind::text) return value < text_verdicts_.size() && text_verdicts_[value];
    if (predicate_.whole_token()) return value == number_->number;
    char digits[24];
    const std::size_t length = store::slot_length(kind, value);
    if (length == 0) return false;
    store::render_slot(kind, value, digits);
    return predicate_.test(record::Value::string({digits, length}));
  }

  // How the token would be stored if it stood in a message.
  void find_number() {
    if (looked_) return;
    looked_ = true;
    tokenizer_.cut(predicate_.token_part());
    if (tokenizer_.variables().size() == 1) number_ = tokenizer_.variables().front();
  }

  // Whether any of the texts does.
  bool test_texts() {
    std::span<const std::string_view> texts;
    if (!column_.texts(texts)) damaged_ = true;
    for (const std::string_view text : texts) text_verdicts_.push_back(predicate_.test(record::Value::string(text)));
    return std::ranges::find(text_verdicts_, 1) != text_verdicts_.end();
  }

  TemplateColumn& column_;
  const Predicate& predicate_;
  std::vector<Judged> templates_;
  bool damaged_ = false;
  base::Arena scratch_;
  std::array<std::optional<bool>, 5> may_hold_;  // by kind
  std::vector<std::uint8_t> text_verdicts_;      // of each distinct text of a variable
  bool looked_ = false;
  std::optional<store::Variable> number_;
  store::Tokenizer tokenizer_;
};

}  // namespace

base::Status narrow_templates(TemplateColumn& column, const Predicate& predicate, Mask& keep) {
  return TemplateFilter(column, predicate).narrow(keep);
}

}  // namespace logmill::query
