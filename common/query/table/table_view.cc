#include "query/table/table_view.h"

#include <algorithm>

namespace logmill::query {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

}  // namespace

base::Result<ColumnView> Projection::column(std::string_view name) { return contains(names_, name) ? base().column(name) : ColumnView{}; }

base::Result<ColumnView> Without::column(std::string_view name) { return contains(names_, name) ? ColumnView{} : base().column(name); }

std::vector<std::string_view> Without::field_names() const {
  std::vector<std::string_view> names = base().field_names();
  std::erase_if(names, [this](std::string_view name) { return contains(names_, name); });
  return names;
}

base::Result<ColumnView> Renamed::column(std::string_view name) {
  for (const auto& [from, to] : names_)
    if (name == to) return base().field(from);
  const bool gone = std::ranges::find(names_, name, [](const auto& pair) -> std::string_view { return pair.first; }) != names_.end();
  return gone ? ColumnView{} : base().column(name);
}

std::vector<std::string_view> Renamed::field_names() const {
  std::vector<std::string_view> names = base().field_names();
  for (const auto& [from, to] : names_) {
    std::erase(names, std::string_view(to));
    std::ranges::replace(names, std::string_view(from), std::string_view(to));
  }
  return names;
}

base::Result<ColumnView> Extended::column(std::string_view name) {
  for (const Field& field : fields_)
    if (field.name == name) return ColumnView{field.values, {}};
  return base().column(name);
}

std::vector<std::string_view> Extended::field_names() const {
  std::vector<std::string_view> names = base().field_names();
  for (const Field& field : fields_)
    if (std::ranges::find(names, field.name) == names.end()) names.push_back(field.name);
  return names;
}

}  // namespace logmill::query
