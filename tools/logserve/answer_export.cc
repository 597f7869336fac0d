// POST /logs/export: all that matches, as a file that is made while it is sent.
#include <algorithm>
#include <array>
#include <limits>

#include "logserve/body_object.h"
#include "logserve/endpoint.h"
#include "logserve/field_counts.h"
#include "logserve/query_of.h"
#include "logserve/store_search.h"
#include "query/output/row_printer.h"

namespace logmill::logserve {
namespace {

// As long as the client takes it.
constexpr std::int64_t kNoTimeLimit = std::numeric_limits<std::int64_t>::max() / 4;
constexpr std::size_t kPieceBytes = 64 << 10;

struct ExportFormat {
  std::string_view name, printer, type;
  bool array = false;  // of JSON, not a line each
};
constexpr std::array<ExportFormat, 3> kFormats{{{"NDJSON", "ndjson", "application/x-ndjson"},
                                                {"JSON", "ndjson", "application/json", true},
                                                {"CSV", "csv", "text/csv; charset=utf-8"}}};

base::Result<const ExportFormat*> format_of(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (name.empty()) return &kFormats.front();
  const auto found = std::ranges::find(kFormats, name, &ExportFormat::name);
  if (found == kFormats.end()) return base::Error{base::ErrorCode::invalid, "format: NDJSON, JSON or CSV is expected"};
  return &*found;
}

class Download final : public query::Stage {
 public:
  Download(const ExportFormat& format, std::vector<std::string> columns, http::Response& response)
      : format_(format), response_(response), printer_(query::find_printer(format.printer)->make({.columns = std::move(columns)})) {
    if (format.array) text_ = "[";
  }

  base::Status push(const query::Rows& rows) override {
    if (!format_.array) {
      LOGMILL_RETURN_IF_ERROR(printer_->print(rows, text_));
    } else {
      LOGMILL_RETURN_IF_ERROR(push_elements(rows));
    }
    return text_.size() >= kPieceBytes ? flush() : base::Status{};
  }
  base::Status finish() override {
    LOGMILL_RETURN_IF_ERROR(printer_->finish(text_));
    if (format_.array) text_ += "]\n";
    return flush();
  }
  bool satisfied() const override { return false; }

 private:
  // Lines, with commas instead of their ends.
  base::Status push_elements(const query::Rows& rows) {
    lines_.clear();
    LOGMILL_RETURN_IF_ERROR(printer_->print(rows, lines_));
    if (lines_.empty()) return {};
    lines_.pop_back();
    std::ranges::replace(lines_, '\n', ',');
    text_.append(any_ ? "," : "").append(lines_);
    any_ = true;
    return {};
  }

  base::Status flush() {
    LOGMILL_RETURN_IF_ERROR(response_.write(text_));
    text_.clear();
    return {};
  }

  const ExportFormat& format_;
  http::Response& response_;
  std::unique_ptr<query::RowPrinter> printer_;
  std::string text_, lines_;
  bool any_ = false;
};

// A head line must name the fields of records that come much later.
base::Result<std::vector<std::string>> columns_of(StoreSearch& search, const query::Query& query, const ExportFormat& format) {
  std::vector<std::string> columns;
  if (format.printer != "csv") return columns;
  FieldCounts counts;
  LOGMILL_RETURN_IF_ERROR(search.run(query, counts));
  std::vector<std::string_view> names;
  for (const CountedField& field : counts.fields()) names.push_back(field.name);
  if (query.stages().empty()) names = query::in_common_order(names);
  for (const std::string_view name : names)
    if (std::ranges::find(columns, name) == columns.end() &&
        std::ranges::find(counts.fields(), name, &CountedField::name) != counts.fields().end())
      columns.emplace_back(name);
  return columns;
}

base::Status answer_export(Call& call) {
  LOGMILL_ASSIGN_OR_RETURN(const BodyObject body, BodyObject::parse(call.request.body));
  LOGMILL_ASSIGN_OR_RETURN(const ExportFormat* const format, format_of(body.text("format")));
  if (const std::string to = body.text("destination"); !to.empty() && to != "download")
    return base::Error{base::ErrorCode::unsupported, "destination: only download is understood"};
  const std::string text = body.text("query");
  auto query = query::Query::parse(text.empty() ? "*" : text, context_of(call));
  if (!query) return std::move(query).error().with_context("query");
  LOGMILL_ASSIGN_OR_RETURN(const auto search, StoreSearch::open(call, *query, kNoTimeLimit));
  LOGMILL_ASSIGN_OR_RETURN(auto columns, columns_of(*search, *query, *format));
  call.response.add_header("Content-Disposition", "attachment; filename=\"logs." + std::string(format->printer) + "\"");
  LOGMILL_RETURN_IF_ERROR(call.response.begin(200, format->type));
  Download download(*format, std::move(columns), call.response);
  LOGMILL_RETURN_IF_ERROR(search->run(*query, download));
  // What is not whole must not look whole: the connection breaks off.
  return search->partial() ? base::Status{} : call.response.end();
}

}  // namespace

extern constexpr Endpoint kExport{
    .method = "POST",
    .path = "/logs/export",
    .summary = "All that matches {\"query\", \"format\": NDJSON, JSON or CSV, \"destination\": \"download\"}.",
    .scope = Scope::read,
    .answer = answer_export};

}  // namespace logmill::logserve
