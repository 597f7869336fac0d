#include "loggen/option_values.h"

#include <charconv>

namespace logmill::loggen {

namespace {

base::Error invalid(std::string_view text, std::string_view why) {
  return {base::ErrorCode::invalid, "'" + std::string(text) + "': " + std::string(why)};
}

// Takes the text up to the next comma off the front of `list`.
std::string_view take_item(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view item = list.substr(0, comma);
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return item;
}

// Weights keep four digits after the point.
constexpr double kWeightUnit = 10'000;
constexpr double kWeightMax = 1e6;

base::Status add_weight(std::string_view item, generate::LevelMix& mix) {
  const std::size_t equals = item.find('=');
  if (equals == std::string_view::npos) return invalid(item, "a level and its weight look like error=3");
  const auto level = record::severity_from_text(item.substr(0, equals));
  if (!level || *level == record::Severity::none) return invalid(item, "levels are trace, debug, info, warn, error and fatal");
  const std::string_view number = item.substr(equals + 1);
  double weight = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), weight);
  if (error != std::errc{} || end != number.data() + number.size() || !(weight >= 0 && weight <= kWeightMax))
    return invalid(item, "a weight is a number from 0 to 1000000");
  mix[static_cast<std::size_t>(*level)] = static_cast<std::uint64_t>(weight * kWeightUnit + 0.5);
  return {};
}

}  // namespace

base::Result<generate::LevelMix> parse_level_mix(std::string_view text) {
  generate::LevelMix mix{};
  std::string_view rest = text;
  while (!rest.empty()) LOGMILL_RETURN_IF_ERROR(add_weight(take_item(rest), mix));
  std::uint64_t sum = 0;
  for (const std::uint64_t weight : mix) sum += weight;
  if (sum == 0) return invalid(text, "at least one level needs a weight above 0");
  return mix;
}

base::Result<std::vector<std::string>> parse_names(std::string_view text,
                                                   const std::function<std::vector<std::string>(std::size_t)>& invent) {
  constexpr std::size_t kMax = generate::World::kNamesMax;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (end == text.data() + text.size() && end != text.data()) {
    if (error != std::errc{} || count == 0 || count > kMax) return invalid(text, "there can be 1 to 10000 of them");
    return invent(count);
  }
  std::vector<std::string> names;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view name = take_item(rest);
    LOGMILL_RETURN_IF_ERROR(generate::check_name(name));
    names.emplace_back(name);
  }
  if (names.empty() || names.size() > kMax) return invalid(text, "there can be 1 to 10000 of them");
  return names;
}

}  // namespace logmill::loggen
