// Rules over records of a test's own, in a state that outlives the engine: it may be killed at any step and begun again.
#pragma once

#include <fcntl.h>
#include <string>
#include <vector>

#include "alert/delivery.h"
#include "alert/engine.h"
#include "query/query.h"
#include "support/store_fixture.h"
#include "support/temp_dir.h"
#include "sys/fd.h"

namespace logmill::alert {

// Thrown at a step: everything after it is not done, as after kill -9.
struct Killed {};

class AlertFixture {
 public:
  static constexpr base::TimeNs kStart = 1'795'255'200 * base::kNsPerSecond;  // 2026-11-21T10:00:00Z

  explicit AlertFixture(const std::string& rules_text) : rules_(parse(rules_text)) {}

  void use_rules(const std::string& text) { rules_ = parse(text); }

  // `seconds` after kStart.
  void add(std::int64_t seconds, std::string_view service, std::string_view message = "x",
           record::Severity level = record::Severity::error) {
    const std::size_t row = records_.add_row();
    records_.times()[row] = kStart + seconds * base::kNsPerSecond;
    records_.levels()[row] = level;
    records_.set("service", row, record::Value::string(records_.own(service)));
    records_.set("message", row, record::Value::string(records_.own(message)));
  }
  // `count` records in each second of [from, to).
  void add_each_second(std::int64_t from, std::int64_t to, int count, std::string_view service, std::string_view message = "x",
                       record::Severity level = record::Severity::error) {
    for (std::int64_t second = from; second < to; ++second)
      for (int i = 0; i < count; ++i) add(second, service, message, level);
  }

  void silence(const Silence& silence) {
    auto state = StateFile::open(path(), Database::Mode::write_unsynced);
    if (!state || !(*state)->add_silence(silence)) throw std::runtime_error("no silence");
  }

  // Judges up to `seconds`, in parts; false if it was killed at step number `kill_at` (from 1; 0: never).
  bool run(std::int64_t seconds, int kill_at = 0) {
    int steps = 0;
    const auto at_step = [&](std::string_view) {
      if (++steps == kill_at) throw Killed{};
    };
    try {
      run_through(kStart + seconds * base::kNsPerSecond, at_step);
      return true;
    } catch (const Killed&) {
      return false;
    }
  }

  // What was told by `stdout`, each line whole; and the same as "10:02:30 firing errors {"service":"db"}".
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    const std::string text = dir_.read("out");
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) all.push_back(text.substr(at, text.find('\n', at) - at));
    return all;
  }
  std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (const std::string& line : lines())
      all.push_back(line.substr(25, 8) + " " + member(line, "status") + " " + member(line, "rule") + " " + labels(line));
    return all;
  }
  std::vector<std::string> keys() const {
    std::vector<std::string> all;
    for (const std::string& line : lines()) all.push_back(member(line, "key"));
    return all;
  }
  // What was to be delivered by an action, whatever became of it.
  std::vector<std::string> bodies_for(std::string_view action) const {
    auto database = *Database::open(path(), Database::Mode::read);
    auto query = *database.prepare("SELECT body FROM outgoing WHERE action = ? ORDER BY id");
    query.bind(action);
    std::vector<std::string> all;
    while (*query.step()) all.push_back(query.text(0));
    return all;
  }
  std::string path() const { return dir_.path("state.db"); }
  const Rules& rules() const { return rules_; }
  // Of that much memory from now on.
  void use_room(std::uint64_t bytes) { room_ = std::make_unique<Room>(bytes, dir_.path(".")); }
  const Room& room() const { return *room_; }
  test::FakeClock clock;
  Past past = Past::known;
  base::TimeNs fresh = kStart;      // where rules begin that the state does not know
  std::optional<base::TimeNs> now;  // if any, for the state to be compared with

 private:
  static Rules parse(const std::string& text) {
    auto rules = parse_rules(text);
    if (!rules) throw std::runtime_error(rules.error().what);
    return *std::move(rules);
  }
  static void check(const base::Status& status) {
    if (!status) throw std::runtime_error(status.error().what);
  }
  static std::string member(const std::string& line, const std::string& name) {
    const std::size_t at = line.find("\"" + name + "\":\"") + name.size() + 4;
    return line.substr(at, line.find('"', at) - at);
  }
  static std::string labels(const std::string& line) {
    const std::size_t at = line.find("\"labels\":") + 9;
    return line.substr(at, line.find('}', at) + 1 - at);
  }

  void run_through(base::TimeNs until, const AtStep& at_step) {
    constexpr std::int64_t kPartNs = 30 * base::kNsPerSecond;
    auto state = StateFile::open(path(), Database::Mode::write_unsynced);
    check(state ? base::Status() : base::Status(state.error()));
    auto engine = *Engine::make(rules_, **state, *room_, base::null_reporter());
    const sys::Fd out(::open(dir_.path("out").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600));
    const ActionIo io{.out = out.get(), .stop = stop_};
    Delivery delivery(rules_, **state, clock, io, base::null_reporter(), Receipt(dir_.path("receipt")));
    engine->call_at_steps(at_step);
    delivery.call_at_steps(at_step);
    base::TimeNs given = *engine->start(fresh, past, now);
    check(delivery.deliver_due());
    for (; given < until; given += kPartNs) {
      give(*engine, given, std::min(until, given + kPartNs));
      check(engine->advance(std::min(until, given + kPartNs)));
      check(delivery.deliver_due());
    }
  }

  // As a store does: all that is before `to`, and was not given.
  void give(Engine& engine, base::TimeNs from, base::TimeNs to) {
    for (RuleInput* const input : engine.inputs()) {
      const query::Query query = *query::Query::parse(input->filter(), {});
      query::Pipeline pipeline(query, *input);
      query::BatchTable table(records_);
      std::vector<std::uint32_t> selected, in_time;
      check(pipeline.select(table, selected));
      for (const std::uint32_t row : selected)
        if (records_.times()[row] >= from && records_.times()[row] < to) in_time.push_back(row);
      if (!in_time.empty()) check(pipeline.push_selected({table, in_time}));
    }
  }

  test::TempDir dir_;
  Rules rules_;
  std::unique_ptr<Room> room_ = std::make_unique<Room>();
  record::Batch records_;
  sys::Stop stop_;
};

}  // namespace logmill::alert
