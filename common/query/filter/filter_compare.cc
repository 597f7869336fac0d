// `field < value`: by amount where the value is one, else by bytes.
#include "query/filter/filter_spec.h"
#include "query/language/quantity.h"

namespace logmill::query {
namespace {

template <Op kOp, class T>
bool holds(const T& left, const T& right) {
  if constexpr (kOp == Op::less) return left < right;
  if constexpr (kOp == Op::less_equal) return left <= right;
  if constexpr (kOp == Op::greater) return left > right;
  if constexpr (kOp == Op::greater_equal) return left >= right;
}

template <Op kOp>
class CompareAmount : public PredicateOf<CompareAmount<kOp>> {
 public:
  CompareAmount(const Quantity& limit, std::string_view field) : limit_(limit), scale_(unit_scale(field, limit.unit)) {}

  bool matches(const record::Value& value) const {
    const auto amount = amount_of(value, limit_.unit, scale_);
    return amount && holds<kOp>(*amount, limit_.amount);
  }
  // The end of the zone that comes nearest to the limit tells.
  bool excludes(const store::ColumnZone& zone) const override {
    constexpr bool kUpwards = kOp == Op::greater || kOp == Op::greater_equal;
    return zone.kind == store::ColumnZone::Kind::numbers && !matches(record::Value::real(kUpwards ? zone.number_max : zone.number_min));
  }

 private:
  Quantity limit_;
  double scale_;
};

template <Op kOp>
class CompareText : public PredicateOf<CompareText<kOp>> {
 public:
  explicit CompareText(std::string limit) : limit_(std::move(limit)) {}

  bool matches(const record::Value& value) const { return value.is_text() && holds<kOp, std::string_view>(value.text(), limit_); }

 private:
  std::string limit_;
};

template <Op kOp>
base::Result<std::unique_ptr<Predicate>> make_compare(const Term& term, const Context&) {
  const Literal& limit = term.values.front();
  if (limit.form == Literal::Form::bare)
    if (const auto quantity = parse_quantity(limit.text))
      return std::unique_ptr<Predicate>(std::make_unique<CompareAmount<kOp>>(*quantity, term.field));
  return std::unique_ptr<Predicate>(std::make_unique<CompareText<kOp>>(limit.text));
}

}  // namespace

extern constexpr FilterSpec kLess{.op = Op::less,
                                  .symbol = "<",
                                  .negated = "",
                                  .summary = "less than a number, duration, size, time or text",
                                  .sample = "duration_ms<1.5s",
                                  .make = make_compare<Op::less>};

extern constexpr FilterSpec kLessEqual{.op = Op::less_equal,
                                       .symbol = "<=",
                                       .negated = "",
                                       .summary = "at most",
                                       .sample = "bytes<=10KB",
                                       .make = make_compare<Op::less_equal>};

extern constexpr FilterSpec kGreater{.op = Op::greater,
                                     .symbol = ">",
                                     .negated = "",
                                     .summary = "greater than",
                                     .sample = "timestamp>2h ago",
                                     .make = make_compare<Op::greater>};

extern constexpr FilterSpec kGreaterEqual{.op = Op::greater_equal,
                                          .symbol = ">=",
                                          .negated = "",
                                          .summary = "at least",
                                          .sample = "level>=warn",
                                          .make = make_compare<Op::greater_equal>};

}  // namespace logmill::query
