#include "logserve/elastic/bulk_body.h"

#include <algorithm>
#include <array>

#include "record/json_object.h"

namespace logmill::logserve {
namespace {

constexpr std::array<std::string_view, 4> kActions{"create", "index", "update", "delete"};

class BulkLines {
 public:
  explicit BulkLines(std::string_view body) : rest_(body) {}
  // False: there are no more.
  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    ++number_;
    line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return true;
  }
  base::Error error(std::string_view what) const {
    return {base::ErrorCode::invalid, "line " + std::to_string(number_) + ": " + std::string(what)};
  }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

// {"create":{"_index":"a","_id":"1"}}, as the reader of records has it: create._index, create._id.
class ActionReader {
 public:
  bool read(std::string_view line, BulkItem& item) {
    batch_.clear();
    row_.reset();
    row_.add_row();
    if (!reader_.read(batch_.own(line), row_)) return false;
    for (const record::Column& column : batch_.columns()) {
      const std::string_view name = column.name;
      const std::string_view action = name.substr(0, name.find('.'));
      if (!column.at(0).present()) continue;
      if (!item.action.empty() && item.action != action) return false;
      item.action = action;
      std::string text;
      record::append_plain(text, column.at(0));
      if (name.substr(action.size()) == "._index")
        item.index = std::move(text);
      else if (name.substr(action.size()) == "._id")
        item.id = std::move(text);
      else if (name == action && text != "{}")
        return false;
    }
    return std::ranges::find(kActions, item.action) != kActions.end();
  }

 private:
  record::JsonObjectReader reader_;
  record::Batch batch_;
  record::RowWriter row_{batch_};
};

}  // namespace

base::Result<std::vector<BulkItem>> parse_bulk(std::string_view body) {
  std::vector<BulkItem> items;
  BulkLines lines(body);
  ActionReader reader;
  for (std::string_view line; lines.next(line);) {
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (items.size() == kBulkItemsMax)
      return base::Error{base::ErrorCode::too_large, "more than " + std::to_string(kBulkItemsMax) + " actions in a request"};
    BulkItem& item = items.emplace_back();
    if (!reader.read(line, item)) return lines.error("an action is expected: create, index, update or delete");
    if (item.action != "delete" && !lines.next(item.document)) return lines.error("the document of this action is missing");
  }
  return items;
}

}  // namespace logmill::logserve
