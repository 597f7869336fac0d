// `word`, `"a phrase"`, `field:word`.
#include "query/filter/filter_spec.h"
#include "query/filter/text_match.h"

namespace logmill::query {
namespace {

class Word : public PredicateOf<Word> {
 public:
  explicit Word(const Literal& literal) : finder_(literal.text, literal.form == Literal::Form::bare) {}

  bool matches(const record::Value& value) const {
    if (!value.present()) return false;
    std::string scratch;
    return finder_.found_in(text_of(value, scratch));
  }

  void judge(const TemplateKeys& of, Verdict* verdicts) const override { finder_.judge(of, verdicts); }
  std::string_view token_part() const override { return finder_.whole_token(); }
  bool whole_token() const override { return true; }

 private:
  WordFinder finder_;
};

base::Result<std::unique_ptr<Predicate>> make_word(const Term& term, const Context&) {
  return std::unique_ptr<Predicate>(std::make_unique<Word>(term.values.front()));
}

}  // namespace

extern constexpr FilterSpec kWord{.op = Op::word,
                                  .symbol = ":",
                                  .negated = "",
                                  .summary = "a word, a prefix* or a \"phrase\", in any letter case",
                                  .sample = "\"connection reset\" OR timeout* OR error:denied",
                                  .make = make_word};

}  // namespace logmill::query
