// The last stage: rows leave the program.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cli/io.h"
#include "codec/format.h"
#include "logquery/logquery.h"
#include "query/pipeline/stage.h"
#include "query/query.h"

namespace logmill::logquery {

class Output : public query::Stage {
 public:
  // What was pushed is with the reader when this returns.
  virtual base::Status flush() = 0;
  // Shows what was held back; more may come.
  virtual base::Status end_part() { return flush(); }
  bool satisfied() const override { return false; }
  // So many rows more, which need not be seen where they are only counted.
  void count(std::uint64_t rows) { rows_ += rows; }
  std::uint64_t rows() const { return rows_; }

 protected:
  std::uint64_t rows_ = 0;
};

// `input` is what came in: without -o it decides between frames and ndjson. `query`,
// `workspace` and `io` must outlive the output.
base::Result<std::unique_ptr<Output>> make_output(const Options& options, const query::Query& query, codec::Format input,
                                                  query::Workspace& workspace, cli::Io& io);
// What would be written to the terminal, collected in `text`, which must outlive it, too.
base::Result<std::unique_ptr<Output>> make_drawing(const Options& options, const query::Query& query, query::Workspace& workspace,
                                                   cli::Io& io, std::string& text);

}  // namespace logmill::logquery
