#include "alert/state_file.h"

#include "alert/state_format.h"

namespace logmill::alert {
namespace {

base::Result<Labels> labels_of(Database& database, const std::string& json) {
  LOGMILL_ASSIGN_OR_RETURN(Statement query, database.prepare("SELECT key, value FROM json_each(?)"));
  query.bind(json);
  Labels labels;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const bool more, query.step());
    if (!more) return labels;
    labels[query.text(0)] = query.text(1);
  }
}

}  // namespace

base::Result<std::unique_ptr<StateFile>> StateFile::open(const std::string& path, Database::Mode mode) {
  LOGMILL_ASSIGN_OR_RETURN(Database database, Database::open(path, mode));
  std::unique_ptr<StateFile> file(new StateFile(std::move(database)));
  const auto made = file->is_made();
  if (!made) return base::Error(made.error()).with_context(path);
  if (*made) return file;
  if (mode == Database::Mode::read) return open("", Database::Mode::write_unsynced);
  if (auto ready = file->make(); !ready) return std::move(ready).error().with_context(path);
  return file;
}

// One statement sees one state, whatever another program is doing.
base::Result<bool> StateFile::is_made() {
  LOGMILL_ASSIGN_OR_RETURN(Statement query,
                           database_.prepare("SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version"));
  LOGMILL_RETURN_IF_ERROR(query.step());
  const std::int64_t version = query.integer(0);
  if (version > kStateVersion) return base::Error{base::ErrorCode::unsupported, "a newer version has made it: " + std::to_string(version)};
  if (version == 0 && query.integer(1) > 0) return base::Error{base::ErrorCode::invalid, "a database, but not the state of a logalert"};
  return version == kStateVersion;
}

base::Status StateFile::make() {
  LOGMILL_ASSIGN_OR_RETURN(Transaction transaction, begin());
  // Another program that came at the same time may have.
  LOGMILL_ASSIGN_OR_RETURN(const bool made, is_made());
  if (!made) LOGMILL_RETURN_IF_ERROR(database_.execute(kStateSchema));
  return transaction.commit();
}

base::Result<std::optional<base::TimeNs>> StateFile::judged_until(std::string_view rule) {
  LOGMILL_ASSIGN_OR_RETURN(Statement query, database_.prepare("SELECT judged_until FROM rule WHERE name = ?"));
  query.bind(rule);
  LOGMILL_ASSIGN_OR_RETURN(const bool there, query.step());
  return there ? std::optional<base::TimeNs>(query.integer(0)) : std::nullopt;
}

base::Status StateFile::set_judged_until(std::string_view rule, base::TimeNs at) {
  LOGMILL_ASSIGN_OR_RETURN(Statement change, database_.prepare("INSERT INTO rule(name, judged_until) VALUES(?1, ?2) "
                                                               "ON CONFLICT(name) DO UPDATE SET judged_until = ?2"));
  return change.bind(rule).bind(at).run();
}

base::Result<std::vector<SeriesState>> StateFile::series_of(std::string_view rule) {
  LOGMILL_ASSIGN_OR_RETURN(
      Statement query, database_.prepare("SELECT labels, state, since, last_bad, fired_at, value, summary, told_firing, told_at, repeats "
                                         "FROM series WHERE rule = ? ORDER BY labels"));
  query.bind(rule);
  std::vector<SeriesState> all;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const bool more, query.step());
    if (!more) return all;
    SeriesState& series = all.emplace_back();
    series.key = query.text(0);
    LOGMILL_ASSIGN_OR_RETURN(series.labels, labels_of(database_, series.key));
    series.state = state_from_name(query.text(1)).value_or(State::well);
    series.since = query.integer(2);
    series.last_bad = query.integer(3);
    series.fired_at = query.integer(4);
    series.value = query.real(5);
    series.summary = query.text(6);
    series.told_firing = query.integer(7) != 0;
    series.told_at = query.integer(8);
    series.repeats = static_cast<std::uint64_t>(query.integer(9));
  }
}

base::Status StateFile::put_series(std::string_view rule, const SeriesState& series) {
  LOGMILL_ASSIGN_OR_RETURN(
      Statement change,
      database_.prepare(
          "INSERT OR REPLACE INTO series(rule, labels, state, since, last_bad, fired_at, value, summary, told_firing, told_at, "
          "repeats) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  return change.bind(rule)
      .bind(series.key)
      .bind(state_name(series.state))
      .bind(series.since)
      .bind(series.last_bad)
      .bind(series.fired_at)
      .bind(series.value)
      .bind(series.summary)
      .bind(static_cast<std::int64_t>(series.told_firing))
      .bind(series.told_at)
      .bind(static_cast<std::int64_t>(series.repeats))
      .run();
}

base::Status StateFile::drop_series(std::string_view rule, std::string_view key) {
  LOGMILL_ASSIGN_OR_RETURN(Statement change, database_.prepare("DELETE FROM series WHERE rule = ? AND labels = ?"));
  return change.bind(rule).bind(key).run();
}

base::Status StateFile::add_history(const HistoryEntry& entry) {
  LOGMILL_ASSIGN_OR_RETURN(Statement change, database_.prepare("INSERT INTO history(at, rule, labels, was, became, value, summary) "
                                                               "VALUES(?, ?, ?, ?, ?, ?, ?)"));
  return change.bind(entry.at)
      .bind(entry.rule)
      .bind(entry.key)
      .bind(state_name(entry.from))
      .bind(state_name(entry.to))
      .bind(entry.value)
      .bind(entry.summary)
      .run();
}

base::Result<std::uint64_t> StateFile::firings_between(std::string_view rule, std::string_view key, base::TimeNs since,
                                                       base::TimeNs until) {
  LOGMILL_ASSIGN_OR_RETURN(Statement query,
                           database_.prepare("SELECT count(*) FROM history WHERE rule = ? AND labels = ? AND at BETWEEN ? AND ? "
                                             "AND became = 'firing'"));
  query.bind(rule).bind(key).bind(since).bind(until);
  LOGMILL_RETURN_IF_ERROR(query.step());
  return static_cast<std::uint64_t>(query.integer(0));
}

base::Result<std::vector<HistoryEntry>> StateFile::history() {
  LOGMILL_ASSIGN_OR_RETURN(Statement query,
                           database_.prepare("SELECT at, rule, labels, was, became, value, summary FROM history ORDER BY at, id"));
  std::vector<HistoryEntry> all;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const bool more, query.step());
    if (!more) return all;
    all.push_back({query.integer(0), query.text(1), query.text(2), state_from_name(query.text(3)).value_or(State::well),
                   state_from_name(query.text(4)).value_or(State::well), query.real(5), query.text(6)});
  }
}

base::Status StateFile::prune(base::TimeNs before, std::uint64_t entries_max) {
  LOGMILL_ASSIGN_OR_RETURN(Statement history,
                           database_.prepare("DELETE FROM history WHERE at < ?1 OR id <= (SELECT max(id) FROM history) - ?2"));
  LOGMILL_RETURN_IF_ERROR(history.bind(before).bind(static_cast<std::int64_t>(entries_max)).run());
  LOGMILL_ASSIGN_OR_RETURN(Statement silences, database_.prepare("DELETE FROM silence WHERE ends < ?"));
  LOGMILL_RETURN_IF_ERROR(silences.bind(before).run());
  LOGMILL_ASSIGN_OR_RETURN(Statement outgoing, database_.prepare("DELETE FROM outgoing WHERE state <> 'waiting' AND (ended < ?1 OR id <= "
                                                                 "(SELECT max(id) FROM outgoing) - ?2)"));
  return outgoing.bind(before).bind(static_cast<std::int64_t>(entries_max)).run();
}

base::Status StateFile::load_seen(std::string_view rule, Memory& memory) {
  LOGMILL_ASSIGN_OR_RETURN(Statement query, database_.prepare("SELECT labels, first, last, example FROM seen WHERE rule = ?"));
  query.bind(rule);
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const bool more, query.step());
    if (!more) return {};
    Seen seen{.labels = {}, .first = query.integer(1), .last = query.integer(2), .example = query.text(3)};
    LOGMILL_ASSIGN_OR_RETURN(seen.labels, labels_of(database_, query.text(0)));
    memory.load_seen(query.text(0), std::move(seen));
  }
}

base::Status StateFile::put_seen(std::string_view rule, std::string_view key, const Seen& seen) {
  LOGMILL_ASSIGN_OR_RETURN(Statement change,
                           database_.prepare("INSERT OR REPLACE INTO seen(rule, labels, first, last, example) VALUES(?, ?, ?, ?, ?)"));
  return change.bind(rule).bind(key).bind(seen.first).bind(seen.last).bind(seen.example).run();
}

base::Status StateFile::drop_seen(std::string_view rule, std::string_view key) {
  LOGMILL_ASSIGN_OR_RETURN(Statement change, database_.prepare("DELETE FROM seen WHERE rule = ? AND labels = ?"));
  return change.bind(rule).bind(key).run();
}

base::Status StateFile::add_outgoing(const Outgoing& outgoing) {
  LOGMILL_ASSIGN_OR_RETURN(Statement change,
                           database_.prepare("INSERT OR IGNORE INTO outgoing(key, action, body, created, due) VALUES(?1, ?2, ?3, ?4, 0)"));
  return change.bind(outgoing.key).bind(outgoing.action).bind(outgoing.body).bind(outgoing.created).run();
}

base::Result<std::optional<StateFile::Waiting>> StateFile::next_outgoing(std::string_view action) {
  LOGMILL_ASSIGN_OR_RETURN(Statement query, database_.prepare("SELECT id, key, body, created, attempts, due FROM outgoing "
                                                              "WHERE state = 'waiting' AND action = ? ORDER BY id LIMIT 1"));
  query.bind(action);
  LOGMILL_ASSIGN_OR_RETURN(const bool there, query.step());
  if (!there) return std::optional<Waiting>();
  return std::optional<Waiting>(Waiting{{.id = query.integer(0),
                                         .key = query.text(1),
                                         .action = std::string(action),
                                         .body = query.text(2),
                                         .created = query.integer(3),
                                         .attempts = static_cast<std::uint64_t>(query.integer(4))},
                                        query.integer(5)});
}

base::Status StateFile::mark_delivered(std::int64_t id, base::TimeNs at) {
  LOGMILL_ASSIGN_OR_RETURN(
      Statement change,
      database_.prepare("UPDATE outgoing SET state = 'delivered', ended = ?, attempts = attempts + 1, body = '', why = '' WHERE id = ?"));
  return change.bind(at).bind(id).run();
}

base::Status StateFile::mark_given_up(std::int64_t id, std::string_view why, base::TimeNs at) {
  LOGMILL_ASSIGN_OR_RETURN(
      Statement change,
      database_.prepare("UPDATE outgoing SET state = 'given up', why = ?, ended = ?, attempts = attempts + 1 WHERE id = ?"));
  return change.bind(why).bind(at).bind(id).run();
}

base::Status StateFile::put_off(std::int64_t id, base::TimeNs due, std::string_view why) {
  LOGMILL_ASSIGN_OR_RETURN(Statement change,
                           database_.prepare("UPDATE outgoing SET due = ?, why = ?, attempts = attempts + 1 WHERE id = ?"));
  return change.bind(due).bind(why).bind(id).run();
}

base::Result<std::uint64_t> StateFile::outgoing_waiting() {
  LOGMILL_ASSIGN_OR_RETURN(Statement query, database_.prepare("SELECT count(*) FROM outgoing WHERE state = 'waiting'"));
  LOGMILL_RETURN_IF_ERROR(query.step());
  return static_cast<std::uint64_t>(query.integer(0));
}

base::Result<std::vector<Silence>> StateFile::silences() {
  LOGMILL_ASSIGN_OR_RETURN(Statement query, database_.prepare("SELECT id, filter, starts, ends, comment FROM silence ORDER BY id"));
  std::vector<Silence> all;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const bool more, query.step());
    if (!more) return all;
    all.push_back({query.integer(0), query.text(1), query.integer(2), query.integer(3), query.text(4)});
  }
}

base::Result<std::int64_t> StateFile::add_silence(const Silence& silence) {
  LOGMILL_ASSIGN_OR_RETURN(Statement change,
                           database_.prepare("INSERT INTO silence(filter, starts, ends, comment) VALUES(?, ?, ?, ?) RETURNING id"));
  change.bind(silence.filter).bind(silence.starts).bind(silence.ends).bind(silence.comment);
  LOGMILL_RETURN_IF_ERROR(change.step());
  const std::int64_t id = change.integer(0);
  LOGMILL_RETURN_IF_ERROR(change.run());
  return id;
}

base::Result<bool> StateFile::remove_silence(std::int64_t id) {
  LOGMILL_ASSIGN_OR_RETURN(Statement change, database_.prepare("DELETE FROM silence WHERE id = ?"));
  LOGMILL_RETURN_IF_ERROR(change.bind(id).run());
  return database_.rows_changed() > 0;
}

base::Result<std::vector<std::string>> StateFile::texts(std::string_view sql) {
  LOGMILL_ASSIGN_OR_RETURN(Statement query, database_.prepare(sql));
  std::vector<std::string> all;
  while (true) {
    LOGMILL_ASSIGN_OR_RETURN(const bool more, query.step());
    if (!more) return all;
    all.push_back(query.text(0));
  }
}

base::Result<std::vector<std::string>> StateFile::rules() { return texts("SELECT name FROM rule ORDER BY name"); }

base::Result<std::vector<std::string>> StateFile::actions_waiting() {
  return texts("SELECT DISTINCT action FROM outgoing WHERE state = 'waiting' ORDER BY action");
}

base::Status StateFile::give_up_action(std::string_view action, std::string_view why, base::TimeNs at) {
  LOGMILL_ASSIGN_OR_RETURN(
      Statement change,
      database_.prepare("UPDATE outgoing SET state = 'given up', why = ?, ended = ? WHERE state = 'waiting' AND action = ?"));
  return change.bind(why).bind(at).bind(action).run();
}

base::Status StateFile::drop_rule(std::string_view rule) {
  for (const std::string_view sql :
       {"DELETE FROM rule WHERE name = ?", "DELETE FROM series WHERE rule = ?", "DELETE FROM seen WHERE rule = ?"}) {
    LOGMILL_ASSIGN_OR_RETURN(Statement change, database_.prepare(sql));
    LOGMILL_RETURN_IF_ERROR(change.bind(rule).run());
  }
  return {};
}

}  // namespace logmill::alert
