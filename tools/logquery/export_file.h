// The last stage of --export: rows into a file, whose name says in which form.
#pragma once

#include <memory>
#include <string>

#include "codec/deflate.h"
#include "logquery/output.h"
#include "query/output/row_printer.h"
#include "sys/file_system.h"

namespace logmill::logquery {

// x.csv, x.ndjson.zst, x.tsv.gz, x.zst (of ndjson).
struct ExportForm {
  std::string printer;
  codec::Container container = codec::Container::none;

  // `output` is the value of -o, empty if there was none.
  static base::Result<ExportForm> from_path(const std::string& path, const std::string& output);
};

class ExportFile : public Output {
 public:
  // Goes on behind the first `bytes` of the file; it must not be there yet if that is 0 and
  // `fresh`. Columns are those of a head line that is there already, or of one to write; empty:
  // those of the first rows.
  enum class Fresh { no, yes };
  static base::Result<std::unique_ptr<ExportFile>> open(sys::FileSystem& files, const std::string& path, const ExportForm& form,
                                                        std::uint64_t bytes, Fresh fresh, std::vector<std::string> columns, cli::Io& io);

  base::Status push(const query::Rows& rows) override;
  base::Status flush() override { return {}; }
  // All that was pushed is on the disk, complete by itself.
  base::Status sync();
  base::Status finish() override;
  std::uint64_t bytes() const { return bytes_; }
  std::vector<std::string> columns() const { return printer_->columns(); }

 private:
  explicit ExportFile(cli::Io& io) : io_(io) {}
  base::Status write();

  cli::Io& io_;
  std::unique_ptr<sys::File> file_;
  std::unique_ptr<query::RowPrinter> printer_;
  std::unique_ptr<codec::Deflater> deflater_;
  std::string text_, packed_;
  bool in_stream_ = false;  // of the deflater
  std::uint64_t bytes_ = 0;
};

}  // namespace logmill::logquery
