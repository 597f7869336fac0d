// Decodes the columns of one block from where they lie in a file.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/arena.h"
#include "store/block_directory.h"
#include "store/rare_columns.h"
#include "store/reader.h"
#include "store/template_column.h"
#include "sys/file_system.h"

namespace logmill::store {

// Reads a column's bytes only when the column is asked for; rare fields when a name is asked for that the directory does not have, or
// all names are: theirs are with their values.
class FileBlockReader final : public BlockReader {
 public:
  // `file` is shared by the segment's reader and all its block readers. `name` is for messages:
  // "segment X: block 3".
  FileBlockReader(std::shared_ptr<const sys::File> file, std::string name, const BlockInfo& info, std::uint64_t chunks_offset,
                  BlockDirectory directory);

  const BlockInfo& info() const override { return info_; }
  const std::vector<std::string>& column_names() override;
  base::Result<const std::vector<base::TimeNs>*> times() override;
  base::Result<const std::vector<record::Severity>*> levels() override;
  base::Result<const ColumnData*> column(std::string_view name) override;
  void forget(std::string_view name) override;
  base::Result<TemplateColumn*> templates(std::string_view name) override;
  base::Result<const NumberColumn*> numbers(std::string_view name) override;
  const std::vector<RangeRows>& ranges() const override { return directory_.ranges; }
  std::vector<ColumnSummary> summaries() const override;
  std::vector<ColumnSummary> rare_summaries() override;
  std::optional<ColumnSummary> summary(std::string_view name) override;
  base::Status verify() override;

 private:
  // The chunk as it lies on disk, its checksum compared; owned by the arena.
  base::Result<std::string_view> read_chunk(const ColumnEntry& entry);
  base::Result<ColumnData> decode(const ColumnEntry& entry);
  // A chunk without its head, which says which rows have the field.
  struct Encoded {
    std::string_view bytes;
    std::uint64_t present;
    std::string_view bitmap;  // empty: all
  };
  base::Result<Encoded> read_encoded(const ColumnEntry& entry);
  base::Error damaged(const ColumnEntry& entry, std::string_view why) const;
  const ColumnEntry* find(std::string_view name) const;
  // After it `rare_` and `rare_error_` say all that is known.
  void load_rare();
  base::Status read_rare();
  ColumnSummary summarize_rare(std::size_t column) const;

  std::shared_ptr<const sys::File> file_;
  std::string name_;
  BlockInfo info_;
  std::uint64_t chunks_offset_;
  BlockDirectory directory_;
  std::vector<std::string> names_;
  base::Arena arena_;
  const ColumnEntry* rare_entry_ = nullptr;  // in directory_
  bool rare_loaded_ = false;
  RareColumns rare_;
  std::optional<base::Error> rare_error_;  // then nobody knows which fields are among the rare ones
  std::vector<base::TimeNs> times_;
  std::vector<record::Severity> levels_;
  std::map<std::string, ColumnData, std::less<>> columns_;
  std::map<std::string, std::unique_ptr<TemplateColumn>, std::less<>> templates_;
  std::map<std::string, std::optional<NumberColumn>, std::less<>> numbers_;
};

}  // namespace logmill::store
