#include "index/block_keys.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "index/index_format.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/json_writer.h"
#include "text/tokens.h"

namespace logmill::index {
namespace {

// Doubles below this hold every whole number exactly.
constexpr double kExactMax = 9007199254740992.0;  // 2^53

bool is_one_token(std::string_view text) { return std::ranges::all_of(text, text::is_token_byte); }

}  // namespace

std::uint64_t token_key(std::string_view token) { return base::xxh3_64(token); }

std::optional<std::uint64_t> whole_value_key(std::string_view field, std::string_view value) {
  if (value.size() > kWholeValueBytesMax || field == record::kMessage || field == record::kRaw) return std::nullopt;
  if (is_one_token(value)) return std::nullopt;
  std::string scratch;
  return base::xxh3_64(text::lower_ascii(value, scratch), base::xxh3_64(field));
}

std::optional<std::uint64_t> amount_key(double amount) {
  const double magnitude = std::fabs(amount);
  if (!(magnitude < kExactMax)) return inexact_amount_key();
  if (magnitude != std::trunc(magnitude)) return std::nullopt;
  std::string digits;
  text::append_integer(digits, static_cast<std::int64_t>(magnitude));
  return token_key(digits);
}

std::uint64_t inexact_amount_key() { return base::xxh3_64("inexact number"); }

void BlockKeys::add(std::string_view field, const record::Value& value) {
  using record::Kind;
  if (value.is_text()) {
    add_tokens(value.text());
    if (const auto key = whole_value_key(field, value.text())) keys_.insert(*key);
    return;
  }
  if (value.kind() == Kind::null) return add_tokens("null");
  plain_.clear();
  record::append_plain(plain_, value);
  add_tokens(plain_);
  if (value.kind() != Kind::decimal && value.kind() != Kind::real) return;
  if (const auto key = amount_key(value.as_double())) keys_.insert(*key);
}

void BlockKeys::add(record::Severity level) { add_tokens(record::severity_name(level)); }

void BlockKeys::add_tokens(std::string_view text) {
  text::for_each_token(text, [this](std::string_view token) { keys_.insert(token_key(token)); });
}

}  // namespace logmill::index
