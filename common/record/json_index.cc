#include "record/json_index.h"

#include <algorithm>

#include <simdjson.h>

namespace logmill::record {
namespace {

// The index needs four bytes for each byte of text, of which few are touched.
constexpr std::size_t kUsualCapacity = 256 << 10;

JsonIndex::Outcome outcome_of(simdjson::error_code error) {
  switch (error) {
    case simdjson::SUCCESS: return JsonIndex::Outcome::good;
    case simdjson::UTF8_ERROR: return JsonIndex::Outcome::invalid_utf8;
    case simdjson::UNCLOSED_STRING: return JsonIndex::Outcome::open_string;
    case simdjson::UNESCAPED_CHARS: return JsonIndex::Outcome::control_character;
    case simdjson::EMPTY: return JsonIndex::Outcome::empty;
    default: return JsonIndex::Outcome::too_long;
  }
}

}  // namespace

JsonIndex::JsonIndex() {
  // The depth is of no use to the first stage. Without memory there is no stage, and nothing is
  // indexed.
  if (simdjson::get_active_implementation()->create_dom_parser_implementation(kUsualCapacity, 1, stage1_)) stage1_.reset();
}
JsonIndex::~JsonIndex() = default;
JsonIndex::JsonIndex(JsonIndex&&) noexcept = default;
JsonIndex& JsonIndex::operator=(JsonIndex&&) noexcept = default;

JsonIndex::Outcome JsonIndex::index(std::string_view text) {
  if (!stage1_) return Outcome::too_long;
  if (text.size() > stage1_->capacity() && stage1_->set_capacity(std::max(2 * stage1_->capacity(), text.size()))) return Outcome::too_long;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto error = stage1_->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
  if (!error) {
    // simdjson leaves room for nine entries behind the last, and ends its own with a zero.
    std::uint32_t* const end = stage1_->structural_indexes.get() + stage1_->n_structural_indexes;
    std::fill_n(end, kSentinels, static_cast<std::uint32_t>(text.size()));
  }
  return outcome_of(error);
}

const std::uint32_t* JsonIndex::begin() const { return stage1_->structural_indexes.get(); }

void JsonIndex::shrink() {
  // Without memory, the capacity is none, and the next `index` tries again.
  if (stage1_ && stage1_->capacity() > kUsualCapacity && stage1_->set_capacity(kUsualCapacity)) stage1_.reset();
}

}  // namespace logmill::record
