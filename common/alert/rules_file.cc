#include "alert/rules_file.h"

#include <algorithm>
#include <sys/stat.h>

#include "alert/rule_input.h"
#include "sys/file_system.h"
#include "text/suggest.h"

namespace logmill::alert {
namespace {

constexpr std::uint64_t kRulesBytesMax = 4 << 20;
constexpr std::size_t kRulesMax = 1'000;
// Of parts that a window is kept in.
constexpr std::int64_t kPartsMax = 120;
// What a series may be compared with: memory is a number for each series and tick.
constexpr std::int64_t kTicksKeptMax = 20'000;
constexpr std::string_view kPrintAction = "stdout";

template <class Kind>
const Kind* find_kind(std::span<const Kind* const> kinds, std::string_view name) {
  const auto found = std::ranges::find(kinds, name, &Kind::name);
  return found == kinds.end() ? nullptr : *found;
}

template <class Kind>
const Kind* take_kind(TableReader& reader, std::span<const Kind* const> kinds, std::string name) {
  reader.take("kind", name);
  if (const Kind* const kind = find_kind(kinds, name)) return kind;
  std::vector<std::string_view> names;
  std::string known;
  for (const Kind* kind : kinds) {
    names.push_back(kind->name);
    known.append(known.empty() ? "" : ", ").append(kind->name);
  }
  const std::string_view near = text::nearest(name, names);
  reader.refuse(reader.has("kind") ? "kind" : "", near.empty()
                                                      ? "there is no kind '" + name + "', but " + known
                                                      : "there is no kind '" + name + "'; did you mean '" + std::string(near) + "'?");
  return nullptr;
}

// What a rule may say, and the defaults too.
void take_common(TableReader& reader, Rule& rule) {
  reader.take_duration("window", rule.window_ns);
  reader.take_duration("every", rule.every_ns);
  reader.take_duration("for", rule.for_ns);
  reader.take_duration("resolve_after", rule.resolve_after_ns);
  reader.take_duration("repeat", rule.repeat_ns);
  reader.take("flaps", rule.flaps);
  reader.take_duration("flap_window", rule.flap_window_ns);
  reader.take("series_max", rule.series_max);
  reader.take("actions", rule.actions);
  reader.take("labels", rule.labels);
  reader.take_duration("group_wait", rule.group_wait_ns);
  if (reader.has("group_by")) reader.take("group_by", rule.group_by.emplace());
}

// The longest that divides the window into enough parts.
std::int64_t default_every(std::int64_t window_ns) {
  constexpr std::int64_t kParts = 6;
  for (const std::int64_t seconds : {3'600, 1'800, 900, 600, 300, 120, 60, 30, 20, 10, 5, 2, 1}) {
    const std::int64_t every = seconds * base::kNsPerSecond;
    if (window_ns % every == 0 && window_ns / every >= kParts) return every;
  }
  return window_ns;
}

void settle_every(TableReader& reader, Rule& rule) {
  if (rule.every_ns == 0) rule.every_ns = default_every(rule.window_ns);
  const std::string_view blamed = reader.has("every") ? "every" : "window";
  if (rule.window_ns % rule.every_ns != 0) return reader.refuse(blamed, "the window must be a multiple of 'every'");
  if (rule.window_ns / rule.every_ns > kPartsMax)
    return reader.refuse(blamed, "the window must not be more than " + std::to_string(kPartsMax) + " times 'every'");
  if (!rule.kind->keeps_seen && rule.kind->lookback_ns(rule) / rule.every_ns > kTicksKeptMax)
    reader.refuse(blamed, "too many values would have to be kept: let 'every' be longer");
}

void check_query(TableReader& reader, const Rule& rule, std::string_view key, const std::string& text) {
  if (!reader.has(key)) return;
  Room unbounded;
  const auto input = RuleInput::make(rule, text, unbounded);
  if (!input) reader.refuse(key, input.error().what);
}

base::Result<Rule> read_rule(const Setting& table, const Rule& defaults, const Rules& rules) {
  Rule rule = defaults;
  rule.line = table.line;
  const Setting* const name = table.find("name");
  TableReader reader(table, "rule " + (name ? name->text : std::string("without a name")));
  reader.take("name", rule.name);
  if (rule.name.empty()) reader.refuse("name", "a rule needs a name");
  if (std::ranges::find(rules.rules, rule.name, &Rule::name) != rules.rules.end())
    reader.refuse("name", "there is another rule of this name");
  reader.take("query", rule.query);
  if (!reader.has("query")) reader.refuse("", "needs a query");
  reader.take("value", rule.value);
  reader.take("summary", rule.summary);
  take_common(reader, rule);
  rule.kind = take_kind(reader, rule_kinds(), std::string(rule_kinds().front()->name));
  if (rule.kind) {
    rule.kind->read(reader, rule);
    settle_every(reader, rule);
    check_query(reader, rule, "query", rule.query);
    check_query(reader, rule, "per", rule.per);
  }
  if (rule.actions.empty()) rule.actions.emplace_back(kPrintAction);
  std::vector<std::string_view> known;
  for (const Action& action : rules.actions) known.push_back(action.name);
  for (const std::string& action : rule.actions) {
    if (rules.find_action(action)) continue;
    const std::string_view near = text::nearest(action, known);
    reader.refuse("actions", "there is no [action." + action + "]" + (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?"));
  }
  LOGMILL_RETURN_IF_ERROR(reader.finish());
  return rule;
}

base::Result<Action> read_action(const Setting& table) {
  Action action{.name = table.key, .line = table.line};
  TableReader reader(table, "action " + table.key);
  reader.take_duration("timeout", action.timeout_ns);
  reader.take_duration("give_up", action.give_up_ns);
  action.kind = take_kind(reader, action_kinds(), "");
  if (action.kind) action.kind->read(reader, action);
  LOGMILL_RETURN_IF_ERROR(reader.finish());
  return action;
}

// A list of tables: [[rule]].
base::Result<const Setting*> tables_of(const Setting& root, std::string_view name, Setting::Kind kind, std::string_view how) {
  const Setting* const found = root.find(name);
  if (!found) return nullptr;
  const bool all_tables = std::ranges::all_of(found->children, [](const Setting& child) { return child.kind == Setting::Kind::table; });
  if (found->kind != kind || !all_tables) return error_at_line(found->line, "'" + std::string(name) + "': write " + std::string(how));
  return found;
}

base::Status read_actions(const Setting& root, Rules& rules) {
  LOGMILL_ASSIGN_OR_RETURN(const Setting* const tables, tables_of(root, "action", Setting::Kind::table, "[action.NAME]"));
  if (tables)
    for (const Setting& table : tables->children) {
      LOGMILL_ASSIGN_OR_RETURN(Action action, read_action(table));
      rules.actions.push_back(std::move(action));
    }
  if (!rules.find_action(kPrintAction))
    rules.actions.push_back({.name = std::string(kPrintAction), .kind = find_kind(action_kinds(), kPrintAction)});
  return {};
}

base::Result<Rule> read_defaults(const Setting& root) {
  Rule defaults;
  const Setting* const table = root.find("defaults");
  if (!table) return defaults;
  if (table->kind != Setting::Kind::table) return error_at_line(table->line, "'defaults': write [defaults]");
  TableReader reader(*table, "defaults");
  take_common(reader, defaults);
  LOGMILL_RETURN_IF_ERROR(reader.finish());
  return defaults;
}

base::Status check_root(const Setting& root) {
  constexpr std::string_view kKnown[] = {"rule", "action", "defaults"};
  for (const Setting& child : root.children) {
    if (std::ranges::find(kKnown, child.key) != std::end(kKnown)) continue;
    const std::string_view near = text::nearest(child.key, {std::begin(kKnown), std::end(kKnown)});
    return error_at_line(child.line,
                         "'" + child.key + "' is not known" + (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?"));
  }
  return {};
}

}  // namespace

const Action* Rules::find_action(std::string_view name) const {
  const auto found = std::ranges::find(actions, name, &Action::name);
  return found == actions.end() ? nullptr : &*found;
}

base::Result<Rules> parse_rules(std::string_view text) {
  LOGMILL_ASSIGN_OR_RETURN(const Setting root, parse_toml(text));
  LOGMILL_RETURN_IF_ERROR(check_root(root));
  Rules rules;
  LOGMILL_RETURN_IF_ERROR(read_actions(root, rules));
  LOGMILL_ASSIGN_OR_RETURN(const Rule defaults, read_defaults(root));
  LOGMILL_ASSIGN_OR_RETURN(const Setting* const tables, tables_of(root, "rule", Setting::Kind::list, "[[rule]]"));
  if (!tables || tables->children.empty()) return error_at_line(1, "there is no [[rule]]");
  if (tables->children.size() > kRulesMax) return error_at_line(1, "there are more than " + std::to_string(kRulesMax) + " rules");
  for (const Setting& table : tables->children) {
    LOGMILL_ASSIGN_OR_RETURN(Rule rule, read_rule(table, defaults, rules));
    rules.rules.push_back(std::move(rule));
  }
  return rules;
}

base::Result<Rules> read_rules(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IWOTH) != 0)
    return base::Error{base::ErrorCode::invalid, path + ": anybody may change it, and it names programs to run: chmod o-w"};
  LOGMILL_ASSIGN_OR_RETURN(const std::string text, sys::os_file_system().read_file(path, kRulesBytesMax));
  auto rules = parse_rules(text);
  if (!rules) return std::move(rules).error().with_context(path);
  return rules;
}

}  // namespace logmill::alert
