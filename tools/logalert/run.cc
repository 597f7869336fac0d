#include <algorithm>
#include <optional>
#include <poll.h>
#include <string>

#include "alert/delivery.h"
#include "alert/engine.h"
#include "alert/rules_file.h"
#include "alert/state_file.h"
#include "logalert/input_watch.h"
#include "logalert/logalert.h"
#include "logalert/state_report.h"
#include "logalert/store_watch.h"
#include "query/language/time_bound.h"
#include "sys/fd.h"
#include "sys/file_limit.h"
#include "sys/heap.h"
#include "text/units.h"

namespace logmill::logalert {
namespace {

constexpr std::string_view kPrint = "stdout";
constexpr int kLockTries = 50, kLockPauseMs = 20;

class Run {
 public:
  Run(const Options& options, cli::Io& io) : options_(options), io_(io), room_(held_bytes_max(options), "/tmp") {}

  base::Result<cli::Exit> run() {
    if (asks_state(options_)) return answer_from_state(options_, state_path(), io_);
    sys::keep_heap_small();
    sys::raise_file_limit();  // for temporary files: one or some for each part of a window that does not fit
    LOGMILL_RETURN_IF_ERROR(read_rules());
    if (!options_.store.dir.empty()) LOGMILL_RETURN_IF_ERROR(io_.files.info(options_.store.dir));
    LOGMILL_RETURN_IF_ERROR(open_state());
    if (options_.store.dir.empty()) return read_input();
    if (options_.test) return test();
    do {
      io_.reload_wanted = false;
      LOGMILL_RETURN_IF_ERROR(watch());
      if (io_.reload_wanted) reload();
    } while (!io_.stop.requested() && io_.reload_wanted);
    return cli::Exit::done;
  }

 private:
  base::Status read_rules() {
    LOGMILL_ASSIGN_OR_RETURN(rules_, alert::read_rules(options_.rules));
    if (options_.test)
      for (alert::Rule& rule : rules_.rules) rule.actions = {std::string(kPrint)};
    return {};
  }

  std::string state_path() const { return options_.state.empty() ? options_.rules + ".db" : options_.state; }

  // Those that were good go on if the new ones are not.
  void reload() {
    auto rules = alert::read_rules(options_.rules);
    const base::Status good = rules ? alert::check_room(*rules, room_) : base::Status(rules.error());
    if (good)
      rules_ = *std::move(rules);
    else
      io_.reporter.warn("reload", good.error().what + "; going on with the rules as they were");
  }

  // Two programs with the same state would both tell of everything.
  base::Status open_state() {
    if (options_.test) {
      LOGMILL_ASSIGN_OR_RETURN(state_, alert::StateFile::open("", alert::Database::Mode::write_unsynced));
      return {};
    }
    const std::string path = state_path();
    LOGMILL_ASSIGN_OR_RETURN(lock_, sys::os_file_system().open(path + ".lock", sys::OpenMode::append));
    LOGMILL_ASSIGN_OR_RETURN(bool ours, lock_->try_lock());
    // What a killed one was just beginning to deliver holds it for an instant.
    for (int tries = 0; !ours && tries < kLockTries; ++tries) {
      ::poll(nullptr, 0, kLockPauseMs);
      LOGMILL_ASSIGN_OR_RETURN(ours, lock_->try_lock());
    }
    if (!ours) return base::Error{base::ErrorCode::again, path + ": another logalert is using it"};
    LOGMILL_ASSIGN_OR_RETURN(state_, alert::StateFile::open(path, alert::Database::Mode::write));
    return {};
  }

  // A test prints, and is not gone on with.
  std::optional<alert::Receipt> receipt() const {
    return options_.test ? std::nullopt : std::optional<alert::Receipt>(state_path() + ".delivery");
  }

  base::Result<base::TimeNs> bound(const char* flag, const std::string& text, base::TimeNs otherwise) const {
    if (text.empty()) return otherwise;
    return query::parse_time_bound(flag, text, {.now = io_.clock.now(), .utc = options_.utc});
  }

  base::Result<cli::Exit> test() {
    const base::TimeNs now = io_.clock.now();
    LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs until, bound("--to", options_.until, now));
    LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs since, bound("--from", options_.since, until - base::kNsPerDay));
    LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t told, watch_from(since, until));
    return told > 0 ? cli::Exit::done : cli::Exit::no;
  }

  base::Status watch() {
    LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs since, bound("--from", options_.since, io_.clock.now() - options_.wait_ns));
    LOGMILL_RETURN_IF_ERROR(watch_from(since, std::nullopt));
    return {};
  }

  base::Result<std::uint64_t> watch_from(base::TimeNs fresh, std::optional<base::TimeNs> until);
  base::Result<cli::Exit> read_input();
  base::Status print_stats(std::uint64_t records, const alert::Engine& engine, const alert::Delivery& delivery) const;

  const Options& options_;
  cli::Io& io_;
  alert::Room room_;
  alert::Rules rules_;
  std::unique_ptr<sys::File> lock_;
  std::unique_ptr<alert::StateFile> state_;
};

// Returns how much was told.
base::Result<std::uint64_t> Run::watch_from(base::TimeNs fresh, std::optional<base::TimeNs> until) {
  const alert::ActionIo action_io{.out = io_.out, .stop = io_.stop};
  LOGMILL_ASSIGN_OR_RETURN(const auto engine, alert::Engine::make(rules_, *state_, room_, io_.reporter));
  alert::Delivery delivery(rules_, *state_, io_.clock, action_io, io_.reporter, receipt());
  LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs since,
                           engine->start(fresh, alert::Past::known, until ? std::nullopt : std::optional(io_.clock.now())));
  Metrics metrics(options_.metrics_file, *engine, delivery, *state_, io_);
  StoreWatch watch(options_.store.dir, since, *engine, delivery, metrics, room_, io_);
  LOGMILL_RETURN_IF_ERROR(delivery.deliver_due());
  LOGMILL_RETURN_IF_ERROR(watch.catch_up(until.value_or(io_.clock.now() - options_.wait_ns)));
  if (!until) LOGMILL_RETURN_IF_ERROR(watch.follow(options_.wait_ns));
  metrics.write();
  LOGMILL_RETURN_IF_ERROR(print_stats(watch.counts().rows_matched, *engine, delivery));
  return engine->notifications();
}

base::Result<cli::Exit> Run::read_input() {
  const alert::ActionIo action_io{.out = io_.out, .stop = io_.stop};
  LOGMILL_ASSIGN_OR_RETURN(const auto engine, alert::Engine::make(rules_, *state_, room_, io_.reporter));
  alert::Delivery delivery(rules_, *state_, io_.clock, action_io, io_.reporter, receipt());
  LOGMILL_RETURN_IF_ERROR(delivery.deliver_due());
  Metrics metrics(options_.metrics_file, *engine, delivery, *state_, io_);
  InputWatch watch(*engine, delivery, metrics, room_, io_);
  LOGMILL_ASSIGN_OR_RETURN(const bool orderly, watch.run(options_.input, options_.test ? 0 : options_.wait_ns));
  metrics.write();
  LOGMILL_RETURN_IF_ERROR(print_stats(watch.records(), *engine, delivery));
  if (!orderly) return cli::Exit::retry;
  return options_.test && engine->notifications() == 0 ? cli::Exit::no : cli::Exit::done;
}

base::Status Run::print_stats(std::uint64_t records, const alert::Engine& engine, const alert::Delivery& delivery) const {
  if (!options_.stats) return {};
  std::string line = "logalert: " + text::format_count(records) + " records counted, " + text::format_count(engine.late()) + " too late, " +
                     text::format_count(engine.notifications()) + " notifications, " + text::format_count(delivery.delivered()) +
                     " delivered, " + text::format_count(delivery.failures()) + " failures";
  for (const alert::LeftOutKind& kind : alert::left_out_kinds())
    if (const std::uint64_t count = engine.left_out().*kind.count) line += ", " + text::format_count(count) + " " + std::string(kind.text);
  return sys::write_all(io_.err, line + "\n");
}

}  // namespace

base::Result<cli::Exit> Logalert::run(const Options& options, cli::Io& io) {
  if (options.check_only) return cli::Exit::done;
  return Run(options, io).run();
}

}  // namespace logmill::logalert
