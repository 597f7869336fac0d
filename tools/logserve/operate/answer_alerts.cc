// GET /alerts
#include <algorithm>
#include <array>

#include "alert/state_json.h"
#include "logserve/api/endpoint.h"
#include "logserve/search/query_of.h"
#include "text/json_text.h"

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kHistory = 100;
constexpr std::uint64_t kHistoryMax = 10'000;

base::Result<std::string> alerts_now(alert::StateFile& state) {
  std::vector<std::string> alerts;
  LOGMILL_ASSIGN_OR_RETURN(const std::vector<std::string> rules, state.rules());
  for (const std::string& rule : rules) {
    LOGMILL_ASSIGN_OR_RETURN(const auto all, state.series_of(rule));
    for (const alert::SeriesState& series : all)
      if (series.state != alert::State::well) alerts.push_back(alert::json_of(rule, series));
  }
  return text::json_list(alerts, [](const std::string& json) { return json; });
}

// The latest first.
base::Result<std::string> history_of(alert::StateFile& state, std::uint64_t limit) {
  LOGMILL_ASSIGN_OR_RETURN(std::vector<alert::HistoryEntry> entries, state.history());
  std::ranges::reverse(entries);
  if (entries.size() > limit) entries.resize(limit);
  return text::json_list(entries, [](const alert::HistoryEntry& entry) { return alert::json_of(entry); });
}

base::Result<std::string> silences_of(alert::StateFile& state, base::TimeNs now) {
  LOGMILL_ASSIGN_OR_RETURN(std::vector<alert::Silence> silences, state.silences());
  std::erase_if(silences, [now](const alert::Silence& silence) { return silence.ends <= now; });
  return text::json_list(silences, [](const alert::Silence& silence) { return alert::json_of(silence); });
}

base::Status answer_alerts(Call& call) {
  const std::string& path = call.service.options().alerts_file;
  if (path.empty()) return base::Error{base::ErrorCode::not_found, "this logserve was started without --alerts FILE"};
  // Rules look at the whole store, and say what they saw.
  if (!call.grant.filter.empty())
    return base::Error{base::ErrorCode::not_found, "alerts are of all records, this token is for some of them"};
  LOGMILL_ASSIGN_OR_RETURN(const std::uint64_t limit, number_of(call, "limit", kHistory, kHistoryMax));
  // logalert makes it where it starts, which may be later.
  if (const auto info = call.service.io().files.info(path); !info && info.error().code == base::ErrorCode::not_found)
    return call.send_json(R"({"alerts":[],"silences":[],"history":[]})");
  LOGMILL_ASSIGN_OR_RETURN(const auto state, alert::StateFile::open(path, alert::Database::Mode::read));
  LOGMILL_ASSIGN_OR_RETURN(const std::string alerts, alerts_now(*state));
  LOGMILL_ASSIGN_OR_RETURN(const std::string silences, silences_of(*state, call.service.io().clock.now()));
  LOGMILL_ASSIGN_OR_RETURN(const std::string history, history_of(*state, limit));
  return call.send_json("{\"alerts\":" + alerts + ",\"silences\":" + silences + ",\"history\":" + history + "}");
}

constexpr std::array<Parameter, 1> kOwn{{{"limit", "How many changes of the history; 100 unless said."}}};

}  // namespace

extern constexpr Endpoint kAlerts{.method = "GET",
                                  .path = "/alerts",
                                  .summary = "What logalert says: what is pending or firing, silences, and how it came and went.",
                                  .scope = Scope::read,
                                  .answer = answer_alerts,
                                  .parameters = kOwn,
                                  .gives = {kJsonType, "Alerts"}};

}  // namespace logmill::logserve
