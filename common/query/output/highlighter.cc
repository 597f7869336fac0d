#include "query/output/highlighter.h"

#include <re2/re2.h>

#include <algorithm>

#include "query/filter/text_match.h"
#include "record/fields.h"

namespace logmill::query {

class Highlighter::Finder {
 public:
  virtual ~Finder() = default;
  // The first hit at or after `from`; empty at npos if there is none.
  virtual Span next(std::string_view text, std::size_t from) const = 0;
};

namespace {

constexpr Highlighter::Span kNone{std::string_view::npos, std::string_view::npos};

class FindWord : public Highlighter::Finder {
 public:
  explicit FindWord(const Literal& literal) : finder_(literal.text, literal.form == Literal::Form::bare) {}
  Highlighter::Span next(std::string_view text, std::size_t from) const override {
    const std::size_t at = finder_.find(text, from);
    return at == std::string_view::npos ? kNone : Highlighter::Span{at, at + finder_.size()};
  }

 private:
  WordFinder finder_;
};

class FindRegex : public Highlighter::Finder {
 public:
  explicit FindRegex(const Literal& literal) : regex_(literal.text, options(literal)) {}
  Highlighter::Span next(std::string_view text, std::size_t from) const override {
    re2::StringPiece hit;
    const re2::StringPiece all(text.data(), text.size());
    if (!regex_.Match(all, from, text.size(), re2::RE2::UNANCHORED, &hit, 1)) return kNone;
    const auto at = static_cast<std::size_t>(hit.data() - text.data());
    return {at, at + hit.size()};
  }

 private:
  static re2::RE2::Options options(const Literal& literal) {
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_case_sensitive(!literal.ignore_case);
    return options;
  }
  re2::RE2 regex_;
};

}  // namespace

Highlighter::Highlighter(const Expr& expr) { collect(expr); }
Highlighter::~Highlighter() = default;

void Highlighter::collect(const Expr& expr) {
  if (expr.kind == Expr::Kind::negation) return;
  for (const Expr& child : expr.children) collect(child);
  const Term& term = expr.term;
  if (expr.kind != Expr::Kind::term || term.values.empty()) return;
  const bool in_text = term.field == record::kMessage || term.field == record::kRaw;
  const std::string field = in_text ? std::string{} : term.field;
  if (term.op == Op::word) finders_.push_back({field, std::make_unique<FindWord>(term.values.front())});
  if (term.op == Op::match) finders_.push_back({field, std::make_unique<FindRegex>(term.values.front())});
}

std::vector<Highlighter::Span> Highlighter::find_in_field(std::string_view value, std::string_view field) const {
  return field.empty() ? std::vector<Span>{} : find(value, field);
}

std::vector<Highlighter::Span> Highlighter::find(std::string_view text, std::string_view field) const {
  std::vector<Span> spans;
  for (const auto& [wanted, finder] : finders_) {
    if (wanted != field) continue;
    for (std::size_t from = 0; from <= text.size();) {
      const Span span = finder->next(text, from);
      if (span.from == std::string_view::npos) break;
      if (span.to > span.from) spans.push_back(span);
      from = std::max(span.to, from + 1);
    }
  }
  std::ranges::sort(spans, {}, &Span::from);
  std::vector<Span> joined;
  for (const Span& span : spans) {
    if (!joined.empty() && span.from <= joined.back().to)
      joined.back().to = std::max(joined.back().to, span.to);
    else
      joined.push_back(span);
  }
  return joined;
}

}  // namespace logmill::query
