// The part of the collector that reads compressed files.
#include <algorithm>
#include <utility>

#include "codec/format.h"
#include "logcollect/collector.h"
#include "sys/file_identity.h"

namespace logmill::logcollect {

// True if the file is compressed.
bool Collector::take_archive(const std::string& path, const sys::HeldFile& file, const record::StreamId& stream) {
  const auto head = sys::read_head(file);
  const auto info = file.info();
  if (!head || !info || codec::detect_container(head->bytes) == codec::Container::none) return false;
  const auto [at, is_new] = archive_states_.try_emplace(stream);
  ArchiveState& state = at->second;
  if (is_new) state.at_first_look = first_look_;
  const bool changed = is_new || state.size != info->size || state.modified != info->modified;
  if (changed) state = {path, info->size, info->modified, state.at_first_look, ArchiveState::Content::unseen};
  state.path = path;
  const bool wanted = changed || state.content == ArchiveState::Content::without_end;
  if (wanted && options_.archives == Archives::left_out)
    reporter_.warn("compressed", path + ": compressed, not read (--once or --resume do)");
  else if (wanted && std::find(archives_.begin(), archives_.end(), stream) == archives_.end())
    archives_.push_back(stream);
  return true;
}

bool Collector::next_of_archives(record::Batch& batch) {
  while (!archives_.empty()) {
    base::Status status = archive_ ? base::Status() : begin_archive();
    if (status && archive_) {
      auto got = archive_->next(batch);
      if (got && *got) return true;
      if (!got) status = std::move(got).error();
      frontiers_[archive_->frontier().stream] = archive_->frontier();
    }
    end_archive(status);
  }
  return false;
}

// Opens the first of them, unless nothing of it is missing.
base::Status Collector::begin_archive() {
  const record::StreamId stream = archives_.front();
  const ArchiveState& state = archive_states_.at(stream);
  store::Frontier begin{stream, 0, 0};
  if (options_.archives == Archives::copies) {
    LOGMILL_ASSIGN_OR_RETURN(const auto missing, missing_of_archive(stream, state));
    if (!missing) return {};
    begin = *missing;
  }
  LOGMILL_ASSIGN_OR_RETURN(archive_, Archive::open(state.path, begin, options_.limits, options_.host));
  return {};
}

// What was not collected of it, nullopt: nothing.
base::Result<std::optional<store::Frontier>> Collector::missing_of_archive(const record::StreamId& stream, const ArchiveState& state) {
  constexpr std::optional<store::Frontier> kNothing;
  Frontiers gone;
  for (const auto& [id, frontier] : frontiers_)
    if (!files_.contains(file_of_stream(id))) gone.emplace(id, frontier);
  const auto positions = [&](const std::string& head) { return positions_of_head(gone, head); };
  LOGMILL_ASSIGN_OR_RETURN(const ArchiveTraits traits, measure_archive(state.path, positions));
  // It was read as itself before.
  if (const auto own = gone.find(stream); own != gone.end())
    return own->second.position < traits.size ? std::optional(own->second) : kNothing;
  if (is_copy_of_open_file(traits)) return kNothing;
  const ArchiveMatch match = match_archive(gone, copied_, traits);
  if (match.kind == ArchiveMatch::Kind::collected || match.kind == ArchiveMatch::Kind::partly) copied_.insert(match.frontier.stream);
  switch (match.kind) {
    case ArchiveMatch::Kind::collected: return kNothing;
    case ArchiveMatch::Kind::partly: return std::optional(match.frontier);
    case ArchiveMatch::Kind::unclear:
      return base::Error{base::ErrorCode::invalid, state.path + ": could be a copy of several files that were collected in part; not read"};
    case ArchiveMatch::Kind::unknown: break;
  }
  if (state.at_first_look && options_.start == Start::end) return kNothing;
  return std::optional(store::Frontier{stream, 0, 0});
}

// That one is read itself, to its end.
bool Collector::is_copy_of_open_file(const ArchiveTraits& traits) const {
  return std::any_of(files_.begin(), files_.end(), [&](const auto& entry) {
    const sys::HeldFile& file = entry.second->tail.file();
    const auto info = file.info();
    if (!info || info->size < traits.size) return false;
    const auto head = sys::read_head(file);
    if (!head || head->bytes != traits.head) return false;
    std::string tail(traits.tail.size(), '\0');
    const auto got = file.read_at(traits.size - tail.size(), tail.data(), tail.size());
    return got && *got == tail.size() && tail == traits.tail;
  });
}

void Collector::end_archive(const base::Status& status) {
  ArchiveState& state = archive_states_.at(archives_.front());
  archive_.reset();
  archives_.pop_front();
  using Content = ArchiveState::Content;
  // Once seen without its end, it may be that it is just being written.
  const bool perhaps_written = options_.mode == Mode::follow && state.content == Content::unseen;
  if (status)
    state.content = Content::known;
  else if (status.error().code == base::ErrorCode::corrupt && perhaps_written)
    state.content = Content::without_end;
  else {
    state.content = Content::known;
    fail(state.path, status.error());
  }
}

}  // namespace logmill::logcollect
