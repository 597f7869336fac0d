#include "query/table/short_texts.h"

#include <algorithm>

namespace logmill::query {

base::Result<ColumnView> ShortTexts::column(std::string_view name) {
  LOGMILL_ASSIGN_OR_RETURN(const ColumnView whole, base().column(name));
  if (const auto found = std::ranges::find(columns_, name, &Column::name); found != columns_.end())
    return ColumnView{found->values, whole.codes};
  const auto count = std::ranges::count_if(rows_, [&](std::uint32_t row) { return is_long(whole.at(row)); });
  if (count == 0) return whole;
  texts_cut_ += static_cast<std::uint64_t>(count);
  Column& column = columns_.emplace_back(Column{.name = std::string(name), .values = {whole.values.begin(), whole.values.end()}});
  for (record::Value& value : column.values)
    if (is_long(value)) value = cut(value);
  return ColumnView{column.values, whole.codes};
}

// JSON that is cut is a text.
record::Value ShortTexts::cut(const record::Value& value) const {
  const auto inside_character = [&](std::size_t at) { return (static_cast<unsigned char>(value.text()[at]) & 0xc0) == 0x80; };
  std::size_t size = bytes_max_;
  for (int i = 0; i < 3 && size > 0 && inside_character(size); ++i) --size;
  return record::Value::string(value.text().substr(0, size));
}

}  // namespace logmill::query
