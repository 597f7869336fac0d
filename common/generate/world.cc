#include "generate/world.h"

#include <algorithm>

#include "text/json_writer.h"

namespace logmill::generate {

namespace {

// Services that the vocabulary knows do what their name says, others take turns.
Role role_of(std::string_view name, std::size_t number) {
  const auto words = service_words();
  for (const ServiceWord& word : words)
    if (word.name == name) return word.role;
  return words[number % words.size()].role;
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

World::World(std::vector<std::string> services, std::vector<std::string> hosts) : services_(std::move(services)), hosts_(std::move(hosts)) {
  for (std::size_t i = 0; i < services_.size(); ++i) roles_.push_back(role_of(services_[i], i));
  for (const MessageWord& word : message_words()) {
    messages_.push_back(std::make_unique<Message>(word.text));
    by_role_[static_cast<std::size_t>(word.role)][static_cast<std::size_t>(word.level)].push_back(messages_.back().get());
  }
}

base::Status check_name(std::string_view name) {
  const bool good = !name.empty() && name.size() <= World::kNameBytesMax && std::all_of(name.begin(), name.end(), is_name_byte);
  if (good) return {};
  return base::Error{base::ErrorCode::invalid, "'" + std::string(name) + "': a name has 1 to 64 letters, digits, '.', '-' and '_'"};
}

std::vector<std::string> service_names(std::size_t count) {
  const auto words = service_words();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    std::string name(words[i % words.size()].name);
    if (i >= words.size()) {
      name.push_back('-');
      text::append_integer(name, static_cast<std::int64_t>(i / words.size() + 1));
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> host_names(std::size_t count) {
  std::string last;
  text::append_integer(last, static_cast<std::int64_t>(count));
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= count; ++i) {
    std::string number;
    text::append_integer(number, static_cast<std::int64_t>(i));
    names.push_back("node" + std::string(last.size() - number.size(), '0') + number);
  }
  return names;
}

}  // namespace logmill::generate
