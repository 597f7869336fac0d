// For people: time, level, service and message, then the other fields as key=value. Numbers are
// drawn as bars.
#include <algorithm>
#include <optional>

#include "query/output/fold_text.h"
#include "query/output/highlighter.h"
#include "query/output/key_value.h"
#include "query/output/row_printer.h"
#include "query/output/style.h"
#include "query/table/fields_of_rows.h"
#include "record/fields.h"
#include "record/json_object.h"
#include "text/time.h"

namespace logmill::query {
namespace {

constexpr std::size_t kLevelWidth = 5;
// On a terminal a value longer than this hides the others; --wide shows it.
constexpr std::size_t kFoldedMessage = 2'000;
constexpr std::size_t kFoldedField = 120;

// Where nobody chose an order: the message comes before host, trace_id and the rest.
std::vector<std::size_t> order_for_people(const std::vector<std::string_view>& names) {
  std::vector<std::size_t> order(names.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (names.size() < 2 || names[0] != record::kTimestamp || names[1] != record::kLevel) return order;
  const auto rank = [&names](std::size_t i) {
    if (i < 2) return 0;
    if (names[i] == record::kService) return 1;
    return names[i] == record::kMessage ? 2 : 3;
  };
  std::ranges::stable_sort(order, {}, rank);
  return order;
}

class Lines : public RowPrinter {
  using Spans = std::vector<Highlighter::Span>;

 public:
  explicit Lines(const PrintOptions& options) : style_{options.color, options.terminal}, utc_(options.utc), fold_(options.fold) {
    if (options.color && options.hits) hits_.emplace(*options.hits);
  }

  base::Status print(const Rows& rows, std::string& out) override {
    LOGMILL_ASSIGN_OR_RETURN(const FieldsOfRows fields, FieldsOfRows::of(rows.table));
    LOGMILL_ASSIGN_OR_RETURN(const auto times, rows.table.times());
    mark_fields_ = fields.find(record::kMessage) < 0 && fields.find(record::kRaw) < 0;
    const std::vector<std::size_t> order = order_for_people(fields.names());
    for (const std::uint32_t row : rows.selected) {
      const std::size_t start = out.size();
      for (const std::size_t field : order) {
        const record::Value value = fields.at(field, row);
        if (!value.present()) continue;
        if (out.size() > start) out.push_back(' ');
        append_field_value(out, fields.names()[field], value, times[row]);
      }
      out.push_back('\n');
    }
    return {};
  }

 private:
  void append_field_value(std::string& out, std::string_view name, const record::Value& value, base::TimeNs time) {
    scratch_.clear();
    if (name == record::kTimestamp) {
      text::append_time_local(scratch_, time, utc_);
      style_.append(out, Paint::faint, scratch_);
    } else if (name == record::kLevel) {
      scratch_ = value.text();
      scratch_.resize(std::max(scratch_.size(), kLevelWidth), ' ');
      style_.append(out, paint_of_level(value.text()), scratch_);
    } else if (name == record::kService) {
      record::append_plain(scratch_, value);
      style_.append(out, Paint::name, scratch_);
    } else if (name == record::kMessage || name == record::kRaw) {
      record::append_plain(scratch_, value);
      if (fold_) fold_text(scratch_, kFoldedMessage);
      append_marked(out, hits_ ? hits_->find(scratch_) : Spans{});
    } else {
      scratch_.append(name).append("=");
      style_.append(out, Paint::key, scratch_);
      scratch_.clear();
      append_pair_value(scratch_, value);
      if (fold_) fold_text(scratch_, kFoldedField);
      if (!hits_)
        append_marked(out, {});
      else
        append_marked(out, mark_fields_ ? hits_->find(scratch_) : hits_->find_in_field(scratch_, name));
    }
  }

  // `scratch_` with its hits; further lines are set in.
  void append_marked(std::string& out, const Spans& spans) {
    std::size_t at = 0;
    for (const auto& span : spans) {
      append_lines(out, Paint::plain, std::string_view(scratch_).substr(at, span.from - at));
      append_lines(out, Paint::hit, std::string_view(scratch_).substr(span.from, span.to - span.from));
      at = span.to;
    }
    append_lines(out, Paint::plain, std::string_view(scratch_).substr(at));
  }

  void append_lines(std::string& out, Paint paint, std::string_view text) {
    for (std::size_t end; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1)) {
      style_.append(out, paint, text.substr(0, end));
      out += "\n    ";
    }
    style_.append(out, paint, text);
  }

  Style style_;
  bool utc_;
  bool fold_;
  bool mark_fields_ = false;  // the rows have no text: it is the fields that were searched
  std::optional<Highlighter> hits_;
  std::string scratch_;
};

}  // namespace

extern constexpr PrinterSpec kText{.name = "text",
                                   .summary = "for people; numbers in columns with bars",
                                   .make = [](const PrintOptions& options) -> std::unique_ptr<RowPrinter> {
                                     if (options.table) return find_printer("table")->make(options);
                                     return std::make_unique<Lines>(options);
                                   },
                                   .separator = "--\n"};

}  // namespace logmill::query
