// `field ~ /re/`: RE2, in time linear in the text whatever the pattern.
#include <re2/re2.h>

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "query/filter/filter_spec.h"
#include "query/filter/regex_atoms.h"

namespace logmill::query {
namespace {

// A pattern of a query fits in this many times over; what does not, like (a{1000}){1000}, is
// refused.
constexpr std::int64_t kRegexBytesMax = 8 << 20;

// Verdicts that are kept: a store has fewer shapes, unless they are no shapes but data.
constexpr std::size_t kKnownMax = 8'192, kKnownBytesMax = 512;

class Match : public PredicateOf<Match> {
 public:
  Match(const std::string& pattern, const re2::RE2::Options& options) : regex_(pattern, options), required_(pattern, options) {
    for (const std::string& atom : required_.atoms()) atoms_.emplace_back(atom, true);
  }

  const re2::RE2& regex() const { return regex_; }
  bool matches(const record::Value& value) const {
    if (!value.present()) return false;
    std::string scratch;
    const std::string_view text = text_of(value, scratch);
    return regex_.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
  }

  // Texts that a match must hold, in lower case, tell which shapes can match. Block after block has
  // the same ones.
  Verdict judge(std::string_view key) const override {
    if (atoms_.empty()) return Verdict::depends;
    const std::lock_guard lock(known_mutex_);
    const std::uint64_t hash = base::xxh3_64(key);
    if (const auto known = known_.find(hash); known != known_.end() && known->second.key == key) return known->second.verdict;
    const Verdict verdict = judge_anew(key);
    if (known_.size() < kKnownMax && key.size() <= kKnownBytesMax) known_.insert_or_assign(hash, Known{std::string(key), verdict});
    return verdict;
  }

 private:
  struct Known {
    std::string key;
    Verdict verdict;
  };

  Verdict judge_anew(std::string_view key) const {
    std::vector<int> held;
    for (std::size_t i = 0; i < atoms_.size(); ++i)
      if (atoms_[i].contains(key) != Verdict::never) held.push_back(static_cast<int>(i));
    return required_.may_match(held) ? Verdict::depends : Verdict::never;
  }

  re2::RE2 regex_;
  RegexAtoms required_;
  std::vector<TemplateSearch> atoms_;
  mutable std::mutex known_mutex_;  // of what threads learn from each other
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
