// What a file is made of, to be shown: each structure with the names that the page of its format
// uses.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "record/range.h"

namespace logmill::loginspect {

struct Field {
  std::string name;
  std::string text;
  enum class Form { text, number } form = Form::text;  // in JSON
};

// The title of what is not as it should be.
inline constexpr std::string_view kDamageTitle = "damage";

// One structure. `depth` 1 stands within the one of depth 0 before it.
class Structure {
 public:
  explicit Structure(std::string_view title, int depth = 0) : title_(title), depth_(depth) {}
  Structure& add(std::string_view name, std::string_view text);
  Structure& add(std::string_view name, const char* text) { return add(name, std::string_view(text)); }
  Structure& add(std::string_view name, std::uint64_t number);
  Structure& add_real(std::string_view name, double number);
  Structure& add_time(std::string_view name, base::TimeNs time);
  Structure& add_stream(std::string_view name, const record::StreamId& stream);
  // "0x…", 16 digits.
  Structure& add_hash(std::string_view name, std::uint64_t hash);

  std::string_view title() const { return title_; }
  // "  block index=0 rows=10": for people and grep.
  std::string line() const;
  // {"structure":"block","index":0,"rows":10}
  std::string json() const;

 private:
  std::string title_;
  int depth_;
  std::vector<Field> fields_;
};

using Show = std::function<base::Status(const Structure&)>;

}  // namespace logmill::loginspect
