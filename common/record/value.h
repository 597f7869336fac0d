// One field's value: sixteen bytes that point into the batch that holds them.
#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

namespace logmill::record {

enum class Kind : std::uint8_t {
  absent,   // the record has no such field
  null,     // JSON null
  boolean,  //
  integer,  // fits int64
  decimal,  // exactly mantissa / 10^scale, as in 12.50: keeps the trailing zero, needs no rounding
  real,     // double, for results of computation and for exponents
  string,   //
  json,     // JSON text kept as it is: arrays, empty objects, numbers beyond the kinds above
};

// Trivially copyable. Text is borrowed: a Value is valid as long as the bytes it was made from,
// which for values in a Batch means as long as the batch is neither cleared nor destroyed.
class Value {
 public:
  static constexpr unsigned kScaleMax = 18;  // int64 holds 18 digits whatever they are

  constexpr Value() : integer_(0) {}
  static constexpr Value null() { return Value(Kind::null, 0); }
  static constexpr Value boolean(bool value) { return Value(Kind::boolean, value); }
  static constexpr Value integer(std::int64_t value) { return Value(Kind::integer, value); }
  // `scale` is 1 to kScaleMax digits after the point.
  static constexpr Value decimal(std::int64_t mantissa, unsigned scale) {
    Value v(Kind::decimal, mantissa);
    v.rest_ |= std::uint64_t{scale} << kScaleShift;
    return v;
  }
  static constexpr Value real(double value) {
    Value v(Kind::real, 0);
    v.real_ = value;
    return v;
  }
  // At most 4 GiB.
  static constexpr Value string(std::string_view text) { return Value(Kind::string, text); }
  static constexpr Value json(std::string_view text) { return Value(Kind::json, text); }

  constexpr Kind kind() const { return static_cast<Kind>(rest_ >> kKindShift); }
  constexpr bool present() const { return kind() != Kind::absent; }
  constexpr bool is_text() const { return kind() >= Kind::string; }
  constexpr bool is_number() const { return kind() >= Kind::integer && kind() <= Kind::real; }

  // Of string and json.
  constexpr std::string_view text() const { return {text_, static_cast<std::uint32_t>(rest_)}; }
  // Of boolean.
  constexpr bool as_bool() const { return integer_ != 0; }
  // Of integer; of decimal, the mantissa.
  constexpr std::int64_t integer() const { return integer_; }
  // Of decimal.
  constexpr unsigned scale() const { return (rest_ >> kScaleShift) & 0xff; }
  // Of real.
  constexpr double real() const { return real_; }
  // Of the three number kinds.
  double as_double() const {
    if (kind() == Kind::real) return real_;
    if (kind() == Kind::integer) return static_cast<double>(integer_);
    return static_cast<double>(integer_) / std::pow(10.0, scale());
  }

  // Same kind and same content; 1.5 and 1.50 differ, as their texts do.
  friend bool operator==(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
      case Kind::absent:
      case Kind::null: return true;
      case Kind::boolean:
      case Kind::integer: return a.integer_ == b.integer_;
      case Kind::decimal: return a.integer_ == b.integer_ && a.scale() == b.scale();
      case Kind::real: return a.real_ == b.real_;
      case Kind::string:
      case Kind::json: return a.text() == b.text();
    }
    return false;
  }

 private:
  static constexpr unsigned kScaleShift = 32, kKindShift = 40;

  constexpr Value(Kind kind, std::int64_t integer)
      : integer_(integer), rest_(std::uint64_t{static_cast<std::uint8_t>(kind)} << kKindShift) {}
  constexpr Value(Kind kind, std::string_view text)
      : text_(text.data()), rest_(static_cast<std::uint32_t>(text.size()) | std::uint64_t{static_cast<std::uint8_t>(kind)} << kKindShift) {}

  union {
    std::int64_t integer_;
    double real_;
    const char* text_;
  };
  // The size of a text, above it the scale, above that the kind. In one word: fields of their own are written one by one
  // and copied together, and a processor waits for such a copy until the writes are through.
  std::uint64_t rest_ = 0;
};
static_assert(sizeof(Value) == 16);

}  // namespace logmill::record
