#include "logcollect/journal_entry.h"

#include <algorithm>
#include <charconv>

#include "logcollect/provenance.h"
#include "record/json_object.h"

namespace logmill::logcollect {
namespace {

constexpr std::string_view kJournalMessage = "MESSAGE", kJournalPriority = "PRIORITY", kJournalIdentifier = "SYSLOG_IDENTIFIER",
                           kJournalHost = "_HOSTNAME", kJournalTime = "_SOURCE_REALTIME_TIMESTAMP";

std::optional<base::TimeNs> time_from_microseconds(std::string_view text) {
  std::int64_t us = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), us);
  constexpr std::int64_t kMax = INT64_MAX / base::kNsPerUs;
  if (error != std::errc() || end != text.data() + text.size() || us <= 0 || us > kMax) return std::nullopt;
  return us * base::kNsPerUs;
}

}  // namespace

void JournalEntry::begin(record::Batch& batch, base::TimeNs received) {
  batch_ = &batch;
  received_ = received;
  fields_.clear();
}

void JournalEntry::add(std::string_view field) {
  const std::size_t equals = field.find('=');
  if (equals == std::string_view::npos || equals == 0) return;
  const std::string_view own = batch_->own(field);
  fields_.push_back({own.substr(0, equals), own.substr(equals + 1)});
}

std::string_view JournalEntry::find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const Field& field) { return field.name == name; });
  return found == fields_.end() ? std::string_view() : found->value;
}

void JournalEntry::finish() {
  const std::size_t first = batch_->add_row();
  batch_->times()[first] = received_;
  for (const Field& field : fields_)
    if (!set_role(first, field)) set_field(first, field);
  set_service(first);
  if (options_.host && !options_.host->empty()) batch_->set(record::kHost, first, record::Value::string(batch_->own(*options_.host)));
  if (!options_.file.empty()) batch_->set(record::kFile, first, record::Value::string(batch_->own(options_.file)));

  std::string_view rest = find(kJournalMessage);
  if (rest.size() <= options_.value_bytes_max) return;
  for (rest.remove_prefix(options_.value_bytes_max); !rest.empty(); rest.remove_prefix(std::min(rest.size(), options_.value_bytes_max))) {
    const std::size_t row = batch_->add_row();
    batch_->times()[row] = batch_->times()[first];
    batch_->levels()[row] = batch_->levels()[first];
    for (const std::string_view name : {record::kService, record::kHost, record::kFile})
      if (const record::Value value = batch_->get(name, first); value.present()) batch_->set(name, row, value);
    batch_->set(record::kMessage, row, record::Value::string(within_bound(row, rest)));
    batch_->set(record::kCut, row, record::Value::boolean(true));
  }
}

bool JournalEntry::set_role(std::size_t row, const Field& field) {
  const auto& [name, value] = field;
  if (name == kJournalMessage && !batch_->get(record::kMessage, row).present()) {
    batch_->set(record::kMessage, row, record::Value::string(within_bound(row, value)));
  } else if (name == kJournalPriority && value.size() == 1 && value[0] >= '0' && value[0] <= '7') {
    batch_->levels()[row] = record::severity_from_syslog(static_cast<unsigned>(value[0] - '0'));
  } else if (name == kJournalHost && !options_.host && !batch_->get(record::kHost, row).present()) {
    batch_->set(record::kHost, row, record::Value::string(within_bound(row, value)));
  } else if (const auto time = name == kJournalTime ? time_from_microseconds(value) : std::nullopt) {
    batch_->times()[row] = *time;
  } else {
    return name == kJournalIdentifier && value == find(name) && value.size() <= options_.value_bytes_max;
  }
  return true;
}

void JournalEntry::set_service(std::size_t row) {
  for (const std::string_view name : {kJournalIdentifier, std::string_view("_SYSTEMD_UNIT"), std::string_view("_COMM")}) {
    const std::string_view value = find(name);
    if (value.empty()) continue;
    batch_->set(record::kService, row, record::Value::string(within_bound(row, value)));
    return;
  }
}

void JournalEntry::set_field(std::size_t row, const Field& field) {
  std::size_t column = batch_->column_index(field.name);
  for (int repeat = 2; batch_->columns()[column].at(row).present(); ++repeat)
    column = batch_->column_index(std::string(field.name) + "." + std::to_string(repeat));
  batch_->set(column, row, record::value_from_text(within_bound(row, field.value)));
}

std::string_view JournalEntry::within_bound(std::size_t row, std::string_view value) {
  if (value.size() > options_.value_bytes_max) batch_->set(record::kCut, row, record::Value::boolean(true));
  return value.substr(0, options_.value_bytes_max);
}

}  // namespace logmill::logcollect
