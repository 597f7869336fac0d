// Where everything received goes: freed of repeats, parsed, filtered, and to its destination.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "cli/statistics.h"
#include "logrecv/destination.h"
#include "logrecv/logrecv.h"
#include "parse/line_parser.h"
#include "query/filter/filter.h"
#include "record/batch.h"
#include "store/frontier_table.h"

namespace logmill::logrecv {

// Thread-compatible. What was taken is safe only after `commit`: acknowledge then.
class Intake {
 public:
  static base::Result<std::unique_ptr<Intake>> open(const Logrecv::Options& options, cli::Io& io, cli::Statistics& statistics);

  // Records of foreign lines, in `raw`, or of JSON objects: parses and takes them, as a part of one stream, this run's. A stream for each
  // connection would be remembered for ever.
  base::Status take_lines(record::Batch& batch);

  enum class Taken { yes, gap };
  // Changes `batch`. `gap`: there are positions missing before the batch's range, and nothing was
  // taken.
  base::Result<Taken> take(record::Batch& batch);
  // Waits for a full disk to have room again, until a stop is requested.
  base::Status commit();
  base::Status close();

  std::string caveat() const { return destination_->caveat(); }
  // Whether `commit` means stable storage.
  bool commits() const { return destination_->commits(); }
  // False: what is taken next waits for others.
  bool has_room() { return destination_->has_room(); }
  // How far a stream was taken, and how far all that are known were.
  std::optional<store::Frontier> position_of(const record::StreamId& stream) const;
  std::vector<store::Frontier> positions() const;

 private:
  Intake(const Logrecv::Options& options, cli::Io& io, cli::Statistics& statistics);
  void name_range(record::Batch& batch);
  void filter(record::Batch& batch);
  void forget_idle_streams();
  template <class Operation>
  base::Status patiently(Operation operation);

  const Logrecv::Options& options_;
  cli::Io& io_;
  cli::Statistics& statistics_;
  parse::LineParser parser_;
  std::optional<query::Filter> filter_;
  query::Mask keep_;
  std::unique_ptr<Destination> destination_;
  // How far streams were taken, committed or not; a destination that commits knows of all what is committed.
  store::FrontierTable taken_{std::numeric_limits<std::size_t>::max()};  // `commit` forgets
  record::StreamId lines_stream_;
  std::uint64_t lines_position_ = 0;
};

}  // namespace logmill::logrecv
