// GET /, and the files that it names. What browsers without scripts are sent on to is made here: a form, and a plain list of what matches.
#include <algorithm>
#include <filesystem>
#include <vector>

#include "http/request.h"
#include "logserve/api/endpoint.h"
#include "logserve/api/printable.h"
#include "logserve/elastic/elastic_banner.h"
#include "logserve/page/page_files.h"
#include "logserve/search/query_of.h"
#include "logserve/search/store_search.h"
#include "query/output/row_printer.h"

namespace logmill::logserve {
namespace {

constexpr std::uint64_t kPlainRows = 100;
constexpr std::size_t kPlainBytesMax = 4 << 20;

void append_html(std::string& out, std::string_view text) {
  for (const char c : printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
}

// Rows as people read them, each a text of its own; those of stages as one table.
class PlainRows final : public query::Stage {
 public:
  explicit PlainRows(bool table)
      : printer_(query::find_printer("text")->make({.terminal = true, .utc = true, .table = table, .fold = true})), table_(table) {}

  base::Status push(const query::Rows& rows) override {
    if (table_) return print(rows);
    for (const std::uint32_t& row : rows.selected) LOGMILL_RETURN_IF_ERROR(print({rows.table, {&row, 1}}));
    return {};
  }
  base::Status finish() override { return table_ ? printer_->finish(texts_.emplace_back()) : base::Status(); }
  bool satisfied() const override { return bytes_ > kPlainBytesMax; }

  std::vector<std::string>& texts() { return texts_; }

 private:
  base::Status print(const query::Rows& rows) {
    LOGMILL_RETURN_IF_ERROR(printer_->print(rows, texts_.emplace_back()));
    bytes_ += texts_.back().size();
    return {};
  }

  std::unique_ptr<query::RowPrinter> printer_;
  const bool table_;
  std::vector<std::string> texts_;
  std::size_t bytes_ = 0;
};

base::Status append_rows(std::string& html, Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const query::Query query, query_of(call));
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, query));
  PlainRows rows(!query.each_row());
  if (query.each_row()) {
    LOGMILL_RETURN_IF_ERROR(search->run_newest(query, kPlainRows, rows));
    std::ranges::reverse(rows.texts());
  } else {
    LOGMILL_RETURN_IF_ERROR(search->run(query, rows));
  }
  html += query.each_row() ? "<pre class=\"rows\">" : "<pre>";
  for (const std::string& text : rows.texts()) append_html(html, text);
  html += "</pre>\n";
  if (search->partial()) html += "<p>This is not all: the query took too long, or something in the store is damaged.</p>\n";
  return {};
}

void append_field(std::string& html, const Call& call, std::string_view name, std::string_view hint) {
  html.append("<input name=\"").append(name).append("\" placeholder=\"");
  append_html(html, hint);
  html += "\" value=\"";
  append_html(html, call.request.parameter(name).value_or(""));
  html += "\">\n";
}

std::string_view version_of(std::string_view name) {
  const auto files = page_files();
  const auto found = std::ranges::find(files, name, &PageFile::name);
  return found == files.end() ? std::string_view() : found->version;
}

// What a browser without scripts gets.
constexpr std::string_view kPlainParameter = "plain";

void append_plain(std::string& html, Call& call) {
  html += "<form>\n<input type=\"hidden\" name=\"plain\" value=\"1\">\n";
  append_field(html, call, "q", "level=ERROR service=auth \"connection reset\" | count by host");
  append_field(html, call, "timestamp_from", "from: 2h, 2026-11-21");
  append_field(html, call, "timestamp_to", "to: now");
  html += "<button>Search</button>\n</form>\n";
  if (!call.grant.allows(Scope::read)) {
    html += "<p>A token is needed, which a browser sends only with scripts.</p>\n";
  } else if (const auto appended = append_rows(html, call); !appended) {
    html += "<pre class=\"error\">";
    append_html(html, appended.error().what);
    html += "</pre>\n";
  }
}

void append_query(std::string& address, const Call& call) {
  for (const std::string_view name : {"q", "timestamp_from", "timestamp_to"})
    http::append_parameter(address, name, call.request.parameter(name).value_or(""));
}

// The first request of the page (src/rows.ts), so that the browser makes it while it still loads the script. Not with stages, which may
// take long, nor of other views.
void append_first_request(std::string& html, const Call& call) {
  const std::string_view query = call.request.parameter("q").value_or("");
  if (!call.grant.allows(Scope::read) || query.find('|') != std::string_view::npos) return;
  if (call.request.parameter("view") || call.request.parameter("live")) return;
  std::string address = "/logs/search?limit=500&total=false";
  append_query(address, call);
  html += "<link rel=\"preload\" as=\"fetch\" crossorigin href=\"";
  append_html(html, address);
  html += "\">\n";
}

// The page asks for what it shows by itself, so that nobody waits for a query before there is anything to see.
void append_scripts(std::string& html, const Call& call) {
  std::string plain = "/?plain=1";
  append_query(plain, call);
  html += "<noscript><meta http-equiv=\"refresh\" content=\"0; url=";
  append_html(html, plain);
  html += "\"></noscript>\n";
  html.append("<script type=\"module\" src=\"/page.js?v=").append(version_of("page.js")).append("\"></script>\n");
}

base::Status answer_page(Call& call) {
  if (wants_elastic_banner(call.request)) return send_elastic_banner(call);
  const bool plain = page_files().empty() || call.request.parameter(kPlainParameter);
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>logmill</title>\n<link rel=\"icon\" "
      "href=\"data:,\">\n";
  if (!page_files().empty()) html.append("<link rel=\"stylesheet\" href=\"/page.css?v=").append(version_of("page.css")).append("\">\n");
  if (!plain) {
    append_scripts(html, call);
    append_first_request(html, call);
  }
  html += "<body>\n<div id=\"page\" class=\"plain\" data-store=\"";
  if (call.grant.allows(Scope::read)) append_html(html, std::filesystem::absolute(call.service.options().stores.front()).string());
  html += "\">\n";
  if (plain) append_plain(html, call);
  html += "</div>\n";
  // Nothing runs but the page's own files, and nothing is asked of other hosts.
  call.response.set_header("Content-Security-Policy",
                           "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                           "form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
  return call.response.send(200, "text/html; charset=utf-8", html);
}

base::Status answer_file(Call& call) {
  const auto files = page_files();
  const auto found = std::ranges::find(files, std::string_view(call.request.target.path).substr(1), &PageFile::name);
  if (found == files.end())
    return base::Error{base::ErrorCode::not_found, "this logserve was built without npm: it has no page with scripts"};
  call.response.add_header("Content-Encoding", "gzip");
  // The address names the version.
  if (call.request.parameter("v") == found->version) call.response.set_header("Cache-Control", "public, max-age=31536000, immutable");
  return call.response.send(200, found->content_type, {reinterpret_cast<const char*>(found->gzip.data()), found->gzip.size()});
}

constexpr std::array<OtherAnswer, 1> kOfPage{{{200, "", {kJsonType, "ElasticThing"}}}};

}  // namespace

extern constexpr Endpoint kPage{.method = "GET",
                                .path = "/",
                                .summary = "The page; to clients of Elasticsearch, what that says of itself.",
                                .scope = Scope::none,
                                .answer = answer_page,
                                .searches = true,
                                .gives = {"text/html", "Text"},
                                .others = kOfPage};
extern constexpr Endpoint kPageScript{.method = "GET",
                                      .path = "/page.js",
                                      .summary = "Of the page.",
                                      .scope = Scope::none,
                                      .answer = answer_file,
                                      .gives = {"text/javascript", "Text"}};
extern constexpr Endpoint kPageStyle{.method = "GET",
                                     .path = "/page.css",
                                     .summary = "Of the page.",
                                     .scope = Scope::none,
                                     .answer = answer_file,
                                     .gives = {"text/css", "Text"}};

}  // namespace logmill::logserve
