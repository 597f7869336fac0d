// Where what was received goes: a store, an output, or a spool before an output. One file for each: destination_*.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/counters.h"
#include "cli/io.h"
#include "logrecv/logrecv.h"
#include "record/batch.h"
#include "store/frontier_table.h"

namespace logmill::logrecv {

// Thread-compatible.
class Destination {
 public:
  virtual ~Destination() = default;

  // Takes a batch without repeats, and changes it. On `again`, no space, nothing was taken.
  virtual base::Status append(record::Batch& batch) = 0;
  // What was appended is on stable storage, or with the reader of the output. On `again`, no space, nothing is lost.
  virtual base::Status commit() = 0;
  virtual base::Status close() = 0;
  // What is known by now, but for `records_in` and what was dropped before.
  virtual void count(cli::Counters& counters) = 0;

  // Whether `commit` means stable storage; then how far it holds streams.
  virtual bool commits() const = 0;
  virtual std::optional<store::Frontier> frontier(const record::StreamId&) const { return std::nullopt; }
  virtual std::vector<store::Frontier> frontiers() const { return {}; }

  // What an acknowledgement is not worth; empty: it means stored.
  virtual std::string caveat() const { return {}; }
  // False: the next append waits for others.
  virtual bool has_room() { return true; }
};

base::Result<std::unique_ptr<Destination>> open_store_destination(const Logrecv::Options& options, cli::Io& io);
base::Result<std::unique_ptr<Destination>> open_output_destination(const Logrecv::Options& options, cli::Io& io);
base::Result<std::unique_ptr<Destination>> open_spool_destination(const Logrecv::Options& options, cli::Io& io);

}  // namespace logmill::logrecv
