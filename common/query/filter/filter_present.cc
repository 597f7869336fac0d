// `field?` and `field=*`: the record has the field, and it is not null.
#include "query/filter/filter_spec.h"

namespace logmill::query {
namespace {

class Present : public PredicateOf<Present> {
 public:
  void judge(const TemplateKeys& of, Verdict* verdicts) const override { std::fill_n(verdicts, of.keys.size(), Verdict::always); }
  bool matches(const record::Value& value) const { return value.kind() > record::Kind::null; }
};

base::Result<std::unique_ptr<Predicate>> make_present(const Term&, const Context&) {
  return std::unique_ptr<Predicate>(std::make_unique<Present>());
}

}  // namespace

extern constexpr FilterSpec kPresent{
    .op = Op::present, .symbol = "?", .negated = "", .summary = "the record has the field", .sample = "trace_id?", .make = make_present};

}  // namespace logmill::query
