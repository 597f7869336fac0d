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
  static constexpr Value null() { return Value(Kind::null); }
  static constexpr Value boolean(bool value) {
    Value v(Kind::boolean);
    v.integer_ = value;
    return v;
  }
  static constexpr Value integer(std::int64_t value) {
    Value v(Kind::integer);
    v.integer_ = value;
    return v;
  }
  // `scale` is 1 to kScaleMax digits after the point.
  static constexpr Value decimal(std::int64_t mantissa, unsigned scale) {
    Value v(Kind::decimal);
    v.integer_ = mantissa;
    v.scale_ = static_cast<std::uint8_t>(scale);
    return v;
  }
  static constexpr Value real(double value) {
    Value v(Kind::real);
    v.real_ = value;
    return v;
  }
  // At most 4 GiB.
  static constexpr Value string(std::string_view text) { return Value(Kind::string, text); }
  static constexpr Value json(std::string_view text) { return Value(Kind::json, text); }

  constexpr Kind kind() const { return kind_; }
  constexpr bool present() const { return kind_ != Kind::absent; }
  constexpr bool is_text() const { return kind_ >= Kind::string; }
  constexpr bool is_number() const { return kind_ >= Kind::integer && kind_ <= Kind::real; }

  // Of string and json.
  constexpr std::string_view text() const { return {text_, size_}; }
  // Of boolean.
  constexpr bool as_bool() const { return integer_ != 0; }
  // Of integer; of decimal, the mantissa.
  constexpr std::int64_t integer() const { return integer_; }
  // Of decimal.
  constexpr unsigned scale() const { return scale_; }
  // Of real.
  constexpr double real() const { return real_; }
  // Of the three number kinds.
  double as_double() const {
    if (kind_ == Kind::real) return real_;
    if (kind_ == Kind::integer) return static_cast<double>(integer_);
    return static_cast<double>(integer_) / std::pow(10.0, scale_);
  }

  // Same kind and same content; 1.5 and 1.50 differ, as their texts do.
  friend bool operator==(const Value& a, const Value& b) {
    if (a.kind_ != b.kind_) return false;
    switch (a.kind_) {
      case Kind::absent:
      case Kind::null: return true;
      case Kind::boolean:
      case Kind::integer: return a.integer_ == b.integer_;
      case Kind::decimal: return a.integer_ == b.integer_ && a.scale_ == b.scale_;
      case Kind::real: return a.real_ == b.real_;
      case Kind::string:
      case Kind::json: return a.text() == b.text();
    }
    return false;
  }

 private:
  constexpr explicit Value(Kind kind) : integer_(0), kind_(kind) {}
  constexpr Value(Kind kind, std::string_view text) : text_(text.data()), size_(static_cast<std::uint32_t>(text.size())), kind_(kind) {}

  union {
    std::int64_t integer_;
    double real_;
    const char* text_;
  };
  std::uint32_t size_ = 0;
  Kind kind_ = Kind::absent;
  std::uint8_t scale_ = 0;
};
static_assert(sizeof(Value) == 16);

}  // namespace logmill::record
