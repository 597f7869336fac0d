// docs/formats/alert-state.md
#pragma once

#include <cstdint>

namespace logmill::alert {

inline constexpr std::int64_t kStateVersion = 1;

// Times are nanoseconds since the epoch; labels are JSON, with sorted names, and tell a series.
inline constexpr const char* kStateSchema = R"(
CREATE TABLE rule(name TEXT PRIMARY KEY, judged_until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE series(rule TEXT NOT NULL, labels TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL, last_bad INTEGER NOT NULL,
                    fired_at INTEGER NOT NULL, value REAL, summary TEXT NOT NULL, told_firing INTEGER NOT NULL, told_at INTEGER NOT NULL, repeats INTEGER NOT NULL,
                    PRIMARY KEY(rule, labels)) WITHOUT ROWID;
CREATE TABLE history(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, rule TEXT NOT NULL, labels TEXT NOT NULL,
                     was TEXT NOT NULL, became TEXT NOT NULL, value REAL, summary TEXT NOT NULL);
CREATE INDEX history_of_series ON history(rule, labels, at);
CREATE TABLE seen(rule TEXT NOT NULL, labels TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, example TEXT NOT NULL,
                  PRIMARY KEY(rule, labels)) WITHOUT ROWID;
CREATE TABLE outgoing(id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, action TEXT NOT NULL, body TEXT NOT NULL,
                      created INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
                      state TEXT NOT NULL DEFAULT 'waiting', ended INTEGER NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
                      UNIQUE(key, action));
CREATE TABLE silence(id INTEGER PRIMARY KEY AUTOINCREMENT, filter TEXT NOT NULL, starts INTEGER NOT NULL, ends INTEGER NOT NULL,
                     comment TEXT NOT NULL);
PRAGMA user_version = 1;
)";

}  // namespace logmill::alert
