#include "query/filter/template_filter.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "query/filter/masked_rows.h"
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
    if (!judge_templates(keep)) return damaged();
    const auto any_is = [&](Verdict verdict) { return std::ranges::find(verdicts_, verdict) != verdicts_.end(); };
    const bool depends = any_is(Verdict::depends);
    if (!depends && !any_is(Verdict::always)) {
      std::ranges::fill(keep, std::uint8_t{0});
      return {};
    }
    apply_verdicts(keep);
    if (!depends) return {};
    std::vector<std::uint32_t> by_slots, by_texts;
    for (const std::uint32_t row : rows_with(keep, kDepends, 0, static_cast<std::uint32_t>(keep.size())))
      (slots_of(column_.template_of()[row]).empty() ? by_texts : by_slots).push_back(row);
    return decide_by_slots(by_slots, keep) && decide_by_texts(by_texts, keep) ? base::Status() : damaged();
  }

 private:
  // A variable that may hold what is looked for.
  struct Slot {
    std::size_t number;
    SlotKind kind;
    std::span<const std::int64_t> values{};
  };

  // What a row is flagged with until its variables have decided.
  static constexpr std::uint8_t kKept = 1, kDepends = 2;
  // Something of each template, and of no template.
  using ByTemplate = std::array<std::uint8_t, TemplateColumn::kNoTemplate + 1>;

  // Does to each row what is known of its template. This is done for every row of a store: no branches.
  void apply_verdicts(Mask& keep) const {
    ByTemplate flags_of;
    for (std::size_t of = 0; of < verdicts_.size(); ++of)
      flags_of[of] = verdicts_[of] == Verdict::depends ? kDepends : verdicts_[of] == Verdict::always ? kKept : 0;
    flags_of[TemplateColumn::kNoTemplate] = 0;
    const std::uint16_t* const ids = column_.template_of().data();
    std::uint8_t* const flags = keep.data();
    const auto flag = [&](std::size_t row) { flags[row] = flags_of[ids[row]] & static_cast<std::uint8_t>(-flags[row]); };
    std::size_t row = 0;
    for (; row + 4 <= keep.size(); row += 4) flag(row), flag(row + 1), flag(row + 2), flag(row + 3);
    for (; row < keep.size(); ++row) flag(row);
  }

  // All templates that rows in question have.
  bool judge_templates(const Mask& keep) {
    const std::span<const std::string_view> all = column_.keys();
    verdicts_.assign(all.size(), Verdict::never);
    if (std::memchr(keep.data(), 0, keep.size()) == nullptr) {
      predicate_.judge({.keys = all, .may_hold_all = kinds_that_may_hold(all)}, verdicts_.data());
    } else {
      const std::vector<std::uint16_t> asked = templates_of(keep);
      std::vector<std::string_view> keys(asked.size());
      std::ranges::transform(asked, keys.begin(), [all](std::uint16_t of) { return all[of]; });
      std::vector<Verdict> of_keys(keys.size());
      predicate_.judge({.keys = keys, .may_hold_all = kinds_that_may_hold(keys)}, of_keys.data());
      for (std::size_t i = 0; i < asked.size(); ++i) verdicts_[asked[i]] = of_keys[i];
    }
    if (predicate_.token_part().empty()) return true;
    for (std::size_t of = 0; of < all.size(); ++of)
      if (verdicts_[of] == Verdict::depends && slots_stand_free(all[of]) && !look_into_slots(of)) return false;
    return !damaged_;
  }

  // Variables of which kinds may hold what is looked for. Texts of variables are looked into if there may be any.
  SlotKinds kinds_that_may_hold(std::span<const std::string_view> keys) {
    if (predicate_.token_part().empty() || keys.empty()) return TemplateKeys{}.may_hold_all;
    const auto reach = static_cast<std::size_t>(keys.back().data() + keys.back().size() - keys.front().data());
    SlotKinds kinds = 0;
    for (const SlotKind kind : store::kSlotKinds) {
      const bool found = kind != SlotKind::text || std::memchr(keys.front().data(), static_cast<char>(kind), reach) != nullptr;
      if (found && may_hold(kind)) kinds |= slot_bit(kind);
    }
    return kinds;
  }

  // Those of the rows that are kept.
  std::vector<std::uint16_t> templates_of(const Mask& keep) const {
    ByTemplate asked;
    std::fill_n(asked.begin(), column_.templates(), std::uint8_t{0});
    const std::uint16_t* const ids = column_.template_of().data();
    for (std::size_t row = 0; row < keep.size(); ++row) asked[ids[row]] |= keep[row];
    std::vector<std::uint16_t> templates;
    for (std::uint16_t of = 0; of < column_.templates(); ++of)
      if (asked[of]) templates.push_back(of);
    return templates;
  }

  // On which variables a template depends; none: on its texts.
  std::span<const Slot> slots_of(std::uint16_t of) const { return of < slots_of_.size() ? slots_of_[of] : std::span<const Slot>(); }

  // What is looked for stands within one variable of this template, if at all. A template's variables lie one behind the other:
  // most have no match, and then none of its rows needs to be looked at.
  bool look_into_slots(std::size_t of) {
    std::vector<Slot> slots;
    const std::string_view key = column_.key(of);
    std::size_t number = 0;
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (key[i] == 0) {
        ++i;
      } else if (is_mark(key[i])) {
        if (may_hold(static_cast<SlotKind>(key[i]))) slots.push_back({number, static_cast<SlotKind>(key[i])});
        ++number;
      }
    }
    bool found = false;
    if (!find_in_slots(static_cast<std::uint16_t>(of), slots, found)) return false;
    if (found) {
      slots_of_.resize(column_.templates());
      slots_of_[of] = std::move(slots);
    } else {
      verdicts_[of] = Verdict::never;
    }
    return true;
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

  // Whether any of them does, whatever the row. A number is looked for where it lies before all of them are made.
  bool find_in_slots(std::uint16_t of, std::vector<Slot>& slots, bool& found) {
    bool possible = !predicate_.whole_token() && !slots.empty();
    for (const Slot& slot : slots) {
      if (possible) break;
      if (slot.kind == SlotKind::text)
        possible = true;
      else if (!column_.may_hold(of, slot.number, static_cast<std::int64_t>(number_->number), possible))
        return false;
    }
    if (!possible) return true;
    for (Slot& slot : slots) {
      if (!column_.variables(of, slot.number, slot.values)) return false;
      found = found || any_holds(slot.kind, slot.values);
    }
    return true;
  }

  bool any_holds(SlotKind kind, std::span<const std::int64_t> values) {
    if (kind != SlotKind::text && predicate_.whole_token())
      return std::ranges::find(values, static_cast<std::int64_t>(number_->number)) != values.end();
    return std::ranges::any_of(values, [&](std::int64_t value) { return holds(kind, static_cast<std::uint64_t>(value)); });
  }

  bool decide_by_slots(const std::vector<std::uint32_t>& rows, Mask& keep) {
    if (rows.empty()) return true;
    const auto ids = column_.template_of();
    const auto ordinals = column_.ordinals();
    for (const std::uint32_t row : rows)
      keep[row] = std::ranges::any_of(
          slots_of_[ids[row]], [&](const Slot& slot) { return holds(slot.kind, static_cast<std::uint64_t>(slot.values[ordinals[row]])); });
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
  // By template: what is known, and where it depends on variables one by one, on which; empty as long as none does.
  std::vector<Verdict> verdicts_;
  std::vector<std::vector<Slot>> slots_of_;
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
