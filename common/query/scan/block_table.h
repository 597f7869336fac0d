// A block of a store as a table: columns are decoded when a query asks for them.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "query/table/table.h"
#include "store/reader.h"

namespace logmill::query {

class BlockTable : public Table {
 public:
  // `block` must outlive the table.
  explicit BlockTable(store::BlockReader& block) : block_(block) {}

  std::size_t rows() const override { return block_.info().rows; }
  base::Result<std::span<const base::TimeNs>> times() override;
  base::Result<std::span<const record::Severity>> levels() override;
  base::Result<ColumnView> column(std::string_view name) override;
  base::Result<store::TemplateColumn*> templates(std::string_view name) override;
  base::Result<const store::NumberColumn*> numbers(std::string_view name) override;
  store::ColumnZone zone(std::string_view name) override;
  std::vector<std::string_view> field_names() const override;

  // Whether rows have ids of the store's own; any may be asked for as the field log_id, but it is among the names only if it is shown.
  bool has_log_ids() const;
  void show_log_ids() { shows_log_ids_ = has_log_ids(); }

  // Whether anything but zones was asked for.
  bool was_decoded() const { return decoded_; }

  // From now on only these rows are looked at: others may seem to have no value. They must outlive the table's use.
  void keep_only(std::span<const std::uint32_t> rows) { wanted_ = rows; }

 private:
  base::Result<ColumnView> wanted_texts(store::TemplateColumn& templates, std::string_view name);

  // Of the wanted rows; a record that came with a field of that name keeps it.
  base::Result<ColumnView> log_ids();
  store::ColumnZone zone_of_log_ids() const;

  store::BlockReader& block_;
  bool decoded_ = false, shows_log_ids_ = false;
  std::optional<std::span<const std::uint32_t>> wanted_;
  std::map<std::string, std::vector<record::Value>, std::less<>> texts_;  // of the wanted rows
  base::Arena bytes_;
};

}  // namespace logmill::query
