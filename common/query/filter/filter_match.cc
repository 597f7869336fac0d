// `field ~ /re/`: RE2, in time linear in the text whatever the pattern.
#include <re2/re2.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "query/filter/filter_spec.h"
#include "query/filter/regex_atoms.h"
#include "query/filter/template_regex.h"
#include "query/filter/text_match.h"
#include "text/digits.h"

namespace logmill::query {
namespace {

// A pattern of a query fits in this many times over; what does not, like (a{1000}){1000}, is
// refused.
constexpr std::int64_t kRegexBytesMax = 8 << 20;

// Verdicts that are kept: a store has fewer shapes, unless they are no shapes but data.
constexpr std::size_t kKnownMax = 8'192, kKnownBytesMax = 512;

// More texts are not looked for one after the other.
constexpr std::size_t kLeadsMax = 4;

class Match : public PredicateOf<Match> {
 public:
  Match(const std::string& pattern, const re2::RE2::Options& options)
      : regex_(pattern, options),
        required_(pattern, options),
        telling_(required_.telling()),
        shape_(TemplateRegex::make(pattern, !options.case_sensitive())) {
    for (const std::string& atom : required_.atoms()) atoms_.emplace_back(atom, true);
    choose_leads();
  }

  const re2::RE2& regex() const { return regex_; }
  bool matches(const record::Value& value) const {
    if (!value.present()) return false;
    std::string scratch;
    const std::string_view text = text_of(value, scratch);
    for (const std::string& atom : telling_)
      if (find_folded(text, atom) == std::string_view::npos) return false;
    return regex_.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
  }

  // Block after block has the same shapes: what is known of them is kept.
  void judge(const TemplateKeys& of, Verdict* verdicts) const override {
    const std::span<const std::string_view> keys = of.keys;
    const std::vector<std::size_t> possible = with_a_lead(of);
    std::fill_n(verdicts, keys.size(), Verdict::never);
    std::vector<std::uint64_t> hashes(keys.size());
    for (const std::size_t i : possible) hashes[i] = base::xxh3_64(keys[i]);
    std::vector<std::size_t> unknown;
    {
      const std::shared_lock lock(known_mutex_);
      for (const std::size_t i : possible) {
        const auto known = known_.find(hashes[i]);
        if (known != known_.end() && known->second.key == keys[i])
          verdicts[i] = known->second.verdict;
        else
          unknown.push_back(i);
      }
    }
    if (unknown.empty()) return;
    for (const std::size_t i : unknown) verdicts[i] = judge(keys[i]);
    const std::lock_guard lock(known_mutex_);
    for (const std::size_t i : unknown)
      if (known_.size() < kKnownMax && keys[i].size() <= kKnownBytesMax)
        known_.insert_or_assign(hashes[i], Known{std::string(keys[i]), verdicts[i]});
  }

 private:
  struct Known {
    std::string key;
    Verdict verdict;
  };

  // Atoms that are cheap to look for in all keys at once, and of which every match holds one: the longest that every match holds, or all of
  // them. One that may start in a variable of digits would be looked for in most keys.
  void choose_leads() {
    const std::vector<std::string>& atoms = required_.atoms();
    std::vector<int> cheap, others;
    for (std::size_t i = 0; i < atoms.size(); ++i)
      (required_.is_ascii(atoms[i]) && !text::is_digit(atoms[i].front()) ? cheap : others).push_back(static_cast<int>(i));
    std::ranges::stable_sort(cheap, std::ranges::greater{}, [&](int i) { return atoms[static_cast<std::size_t>(i)].size(); });
    for (const int lead : cheap) {
      std::vector<int> all_but_one(atoms.size() - 1);
      std::iota(all_but_one.begin(), all_but_one.begin() + lead, 0);
      std::iota(all_but_one.begin() + lead, all_but_one.end(), lead + 1);
      if (!required_.may_match(all_but_one)) return leads_.assign(1, static_cast<std::size_t>(lead));
    }
    if (cheap.size() <= kLeadsMax && !cheap.empty() && !required_.may_match(others)) leads_.assign(cheap.begin(), cheap.end());
  }

  // By their numbers.
  std::vector<std::size_t> with_a_lead(const TemplateKeys& of) const {
    std::vector<std::uint8_t> has(of.keys.size(), leads_.empty());
    std::vector<Verdict> held(of.keys.size());
    for (const std::size_t lead : leads_) {
      atoms_[lead].contained(of, held.data());
      for (std::size_t i = 0; i < has.size(); ++i) has[i] |= held[i] != Verdict::never;
    }
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < has.size(); ++i)
      if (has[i]) numbers.push_back(i);
    return numbers;
  }

  // Texts that a match must hold, in lower case, tell which shapes of a pattern can match that is not judged as a whole.
  Verdict judge(std::string_view key) const {
    if (shape_) return shape_->may_match(key) ? Verdict::depends : Verdict::never;
    std::vector<int> held;
    for (std::size_t i = 0; i < atoms_.size(); ++i)
      if (!required_.is_ascii(required_.atoms()[i]) || atoms_[i].contains(key) != Verdict::never) held.push_back(static_cast<int>(i));
    return atoms_.empty() || required_.may_match(held) ? Verdict::depends : Verdict::never;
  }

  re2::RE2 regex_;
  RegexAtoms required_;
  std::vector<std::string> telling_;
  std::vector<TemplateSearch> atoms_;
  std::vector<std::size_t> leads_;  // among atoms_
  std::optional<TemplateRegex> shape_;
  mutable std::shared_mutex known_mutex_;  // of what threads learn from each other
  mutable std::unordered_map<std::uint64_t, Known> known_;
};

base::Result<std::unique_ptr<Predicate>> make_match(const Term& term, const Context& context) {
  const Literal& literal = term.values.front();
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(kRegexBytesMax);
  options.set_case_sensitive(!literal.ignore_case && !context.ignore_case);
  auto match = std::make_unique<Match>(literal.text, options);
  if (!match->regex().ok()) return base::Error{base::ErrorCode::invalid, "this regular expression is wrong: " + match->regex().error()};
  return std::unique_ptr<Predicate>(std::move(match));
}

}  // namespace

extern constexpr FilterSpec kMatch{.op = Op::match,
                                   .symbol = "~",
                                   .negated = "!~",
                                   .summary = "a regular expression (RE2 syntax) somewhere in the text",
                                   .sample = "path~/^\\/api\\/v[0-9]+/i",
                                   .make = make_match};

}  // namespace logmill::query
