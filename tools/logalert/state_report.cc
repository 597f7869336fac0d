#include "logalert/state_report.h"

#include "alert/state_json.h"
#include "sys/fd.h"

namespace logmill::logalert {
namespace {

base::Result<cli::Exit> list(alert::StateFile& state, base::TimeNs now, cli::Io& io) {
  std::string text;
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<std::string> rules, state.rules());
  for (const std::string& rule : rules) {
    LOGMILL_ASSIGN_OR_RETURN(const auto all, state.series_of(rule));
    for (const alert::SeriesState& series : all) text += json_of(rule, series) + "\n";
  }
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<alert::Silence> silences, state.silences());
  for (const alert::Silence& silence : silences)
    if (silence.ends > now) text += json_of(silence) + "\n";
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, text));
  return text.empty() ? cli::Exit::no : cli::Exit::done;
}

base::Result<cli::Exit> history(alert::StateFile& state, cli::Io& io) {
  std::string text;
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<alert::HistoryEntry> entries, state.history());
  for (const alert::HistoryEntry& entry : entries) text += json_of(entry) + "\n";
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, text));
  return text.empty() ? cli::Exit::no : cli::Exit::done;
}

}  // namespace

bool asks_state(const Options& options) { return options.list || options.history || !options.silence.empty() || options.unsilence != 0; }

base::Result<cli::Exit> answer_from_state(const Options& options, const std::string& path, cli::Io& io) {
  const bool reads = options.list || options.history;
  LOGMILL_ASSIGN_OR_RETURN(const auto state,
                           alert::StateFile::open(path, reads ? alert::Database::Mode::read : alert::Database::Mode::write));
  const base::TimeNs now = io.clock.now();
  if (options.list) return list(*state, now, io);
  if (options.history) return history(*state, io);
  if (options.unsilence != 0) {
    LOGMILL_ASSIGN_OR_RETURN(const bool was, state->remove_silence(static_cast<std::int64_t>(options.unsilence)));
    return was ? cli::Exit::done : cli::Exit::no;
  }
  LOGMILL_ASSIGN_OR_RETURN(
      const std::int64_t id,
      state->add_silence({.filter = options.silence, .starts = now, .ends = now + options.silence_ns, .comment = options.comment}));
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, std::to_string(id) + "\n"));
  return cli::Exit::done;
}

}  // namespace logmill::logalert
