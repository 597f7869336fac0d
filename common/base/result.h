// Success or failure as a value. `Result<T>` holds a T or an Error; `Status` is `Result<void>`.
//
// The member names are those of std::expected, which g++ 12 does not have. Errors are few in kind
// and rich in words: a caller branches on `code`, a person reads `what`. Add context on the way up
// with `with_context`, cause last: "segment 000017: block 3: checksum mismatch".
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace logmill::base {

enum class ErrorCode {
  invalid,      // the caller or the user asked for something that makes no sense
  not_found,    // a named thing is absent
  corrupt,      // bytes are not what their format promises
  too_large,    // a documented bound was exceeded
  unsupported,  // valid, but not known to this version
  io,           // the operating system failed for good
  again,        // the operating system failed in a way that may pass: full disk, dead peer
};

struct Error {
  ErrorCode code;
  std::string what;  // one line, no final period, no program name

  Error with_context(std::string_view context) && {
    std::string text(context);
    text += ": ";
    text += what;
    return {code, std::move(text)};
  }
};

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return get(); }
  const T& value() const& { return const_cast<Result*>(this)->get(); }
  T&& value() && { return std::move(get()); }
  T& operator*() & { return get(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(get()); }
  T* operator->() { return &get(); }
  const T* operator->() const { return &value(); }
  T value_or(T fallback) && { return has_value() ? std::move(get()) : std::move(fallback); }

  Error& error() & {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }
  const Error& error() const& { return const_cast<Result*>(this)->error(); }
  Error&& error() && { return std::move(error()); }

 private:
  T& get() {
    assert(has_value());
    return *std::get_if<0>(&state_);
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  bool has_value() const { return ok_; }
  explicit operator bool() const { return ok_; }

  Error& error() & {
    assert(!ok_);
    return error_;
  }
  const Error& error() const& { return const_cast<Result*>(this)->error(); }
  Error&& error() && { return std::move(error()); }

 private:
  Error error_{ErrorCode::invalid, {}};
  bool ok_ = true;
};

using Status = Result<void>;

}  // namespace logmill::base

// Leaves the enclosing function with the error of `expression`, if it has one.
#define LOGMILL_RETURN_IF_ERROR(expression)                                       \
  do {                                                                            \
    if (auto status_ = (expression); !status_) return std::move(status_).error(); \
  } while (false)

#define LOGMILL_CONCAT_INNER(a, b) a##b
#define LOGMILL_CONCAT(a, b) LOGMILL_CONCAT_INNER(a, b)

// `LOGMILL_ASSIGN_OR_RETURN(auto file, fs.open(path));` declares `file`, or leaves with the error.
#define LOGMILL_ASSIGN_OR_RETURN(declaration, expression) \
  LOGMILL_ASSIGN_OR_RETURN_INNER(LOGMILL_CONCAT(result_, __LINE__), declaration, expression)
#define LOGMILL_ASSIGN_OR_RETURN_INNER(result, declaration, expression) \
  auto result = (expression);                                           \
  if (!result) return std::move(result).error();                        \
  declaration = *std::move(result)
