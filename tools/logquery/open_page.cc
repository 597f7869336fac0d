#include "logquery/open_page.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "http/post.h"
#include "http/request.h"
#include "logquery/prepare.h"
#include "query/language/time_bound.h"
#include "record/fields.h"
#include "sys/fd.h"
#include "sys/shell_command.h"
#include "text/json_writer.h"
#include "text/time.h"

namespace logmill::logquery {
namespace {

constexpr int kAnswerMs = 5'000;

base::Error invalid(std::string what) { return {base::ErrorCode::invalid, std::move(what)}; }

std::string in_utc(base::TimeNs time) {
  std::string text;
  text::append_time_utc(text, time);
  return text;
}

// "2h", "30m": the page goes on counting from its own now.
bool is_ago(std::string_view text) {
  return text.size() >= 2 && std::string_view("smhdw").find(text.back()) != std::string_view::npos &&
         std::ranges::all_of(text.substr(0, text.size() - 1), [](char c) { return c >= '0' && c <= '9'; });
}

base::Result<std::string> bound_for_page(const std::string& flag, const std::string& text, const query::Context& context) {
  if (text.empty() || is_ago(text)) return text;
  LOGMILL_ASSIGN_OR_RETURN(const base::TimeNs time, query::parse_time_bound(flag, text, context));
  return in_utc(time);
}

// Times that another zone would read differently are written in UTC. Returns whether there was one.
bool write_out_local_times(query::Expr& expr, const query::Context& context) {
  bool found = false;
  for (query::Expr& child : expr.children) found |= write_out_local_times(child, context);
  if (expr.kind != query::Expr::Kind::term || expr.term.field != record::kTimestamp) return found;
  for (query::Literal& value : expr.term.values) {
    const auto here = text::parse_user_time(value.text, context.now, context.utc);
    const auto there = text::parse_user_time(value.text, context.now, true);
    if (!here || !there || *here == *there) continue;
    value = {.text = in_utc(*here), .form = query::Literal::Form::quoted};
    found = true;
  }
  return found;
}

std::string text_of(const query::Expr& filter, const query::Query& query) {
  std::string text;
  query::append_expr(text, filter);
  for (const auto& stage : query.stages()) {
    text += " | ";
    stage->print(text);
  }
  return text;
}

// As it was typed, if that means the same there.
base::Result<std::string> query_for_page(const Options& options, base::TimeNs now) {
  Options without_bounds = options;
  without_bounds.since.clear();
  without_bounds.until.clear();
  const query::Context context = context_of(options, now);
  LOGMILL_ASSIGN_OR_RETURN(const query::Query typed, query::Query::parse(options.query, context));
  LOGMILL_ASSIGN_OR_RETURN(query::Query wanted, prepare_query(without_bounds, now));
  if (options.count_only) LOGMILL_RETURN_IF_ERROR(wanted.append("count", context));
  query::Expr filter = wanted.wanted();
  const bool local_times = write_out_local_times(filter, context);
  return local_times || wanted.text() != typed.text() ? text_of(filter, wanted) : options.query;
}

// With a slash at its end.
std::string server_of(const Options& options) {
  std::string server = options.server.find("://") == std::string::npos ? "http://" + options.server : options.server;
  if (!server.ends_with('/')) server += '/';
  return server;
}

base::Status ask_server(const Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const http::Url url, http::parse_url(server_of(options) + "healthz"));
  const auto answer = http::get(url, {.timeout_ms = kAnswerMs, .stop_fd = io.stop.fd()});
  if (!answer) return base::Error{base::ErrorCode::again, server_of(options) + ": no logserve answers: " + answer.error().what};
  if (answer->status != 200 || answer->body != "ok\n")
    return base::Error{base::ErrorCode::again, server_of(options) + ": what answers is no logserve"};
  return {};
}

// $BROWSER is a list of commands with colons between them, each with %s where the address goes, or without for its end.
std::vector<std::string> browsers(std::string_view list) {
  std::vector<std::string> commands;
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(':'));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    if (one.empty()) continue;
    const std::size_t place = one.find("%s");
    commands.push_back(place == std::string_view::npos ? std::string(one) + " \"$1\""
                                                       : std::string(one.substr(0, place)) + "\"$1\"" + std::string(one.substr(place + 2)));
  }
  if (commands.empty()) commands.emplace_back("command -v xdg-open >/dev/null && xdg-open \"$1\" 2>/dev/null");
  return commands;
}

bool shown(const std::string& list, const std::string& address) {
  return std::ranges::any_of(browsers(list), [&](const std::string& command) {
    const auto status = sys::run_in_foreground({"/bin/sh", "-c", command, "sh", address});
    return status && *status == 0;
  });
}

}  // namespace

base::Status check_open(const Options& options) {
  if (!options.files.empty()) return invalid("--open shows the store of a logserve, not files");
  if (options.partial || options.merge || !options.export_file.empty())
    return invalid("--open goes with none of --partial, --merge and --export");
  if (options.ignore_case) return invalid("--open: the page knows no --ignore-case; write field~/value/i");
  auto url = http::parse_url(server_of(options));
  return url ? base::Status{} : std::move(url).error().with_context("--server");
}

base::Result<std::string> page_address(const Options& options, base::TimeNs now) {
  const query::Context context = context_of(options, now);
  LOGMILL_ASSIGN_OR_RETURN(const std::string text, query_for_page(options, now));
  LOGMILL_ASSIGN_OR_RETURN(const std::string since, bound_for_page("--since", options.since, context));
  LOGMILL_ASSIGN_OR_RETURN(const std::string until, bound_for_page("--until", options.until, context));
  std::string address = server_of(options);
  http::append_parameter(address, "q", text);
  http::append_parameter(address, "timestamp_from", since);
  http::append_parameter(address, "timestamp_to", until);
  http::append_parameter(address, "live", options.follow ? "1" : "");
  return address;
}

base::Result<cli::Exit> open_page(const Options& options, cli::Io& io) {
  LOGMILL_ASSIGN_OR_RETURN(const std::string address, page_address(options, io.clock.now()));
  LOGMILL_RETURN_IF_ERROR(ask_server(options, io));
  if (io.out_is_terminal && shown(options.browser, address)) return cli::Exit::done;
  LOGMILL_RETURN_IF_ERROR(sys::write_all(io.out, address + "\n"));
  return cli::Exit::done;
}

}  // namespace logmill::logquery
