// One way into the system under test: a connection, a lane of a store, a pipe. One file per kind:
// lane_*.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "cli/io.h"
#include "logload/logload.h"
#include "record/batch.h"

namespace logmill::logload {

// Thread-compatible.
class Lane {
 public:
  virtual ~Lane() = default;
  // Whether a batch can be given now.
  virtual bool has_room() const = 0;
  virtual base::Status send(const record::Batch& batch) = 0;
  // Does what can be done without waiting. Returns how many batches were acknowledged in all, in
  // the order in which they were sent.
  virtual base::Result<std::uint64_t> work() = 0;
  // Nothing more will be sent. Then `work` until `done`.
  virtual base::Status finish() = 0;
  virtual bool done() const = 0;
};

enum class TargetKind { store, link, datagrams, stream };

// A URL, "-" or "ring:NAME"; everything else is the folder of a store.
TargetKind kind_of(const std::string& to);
// What an acknowledgement means there, for people.
std::string_view promise_of(TargetKind kind);

base::Result<std::unique_ptr<Lane>> open_lane(const Logload::Options& options, cli::Io& io);

// lane_store.cc, lane_link.cc, lane_stream.cc
base::Result<std::unique_ptr<Lane>> open_store_lane(const Logload::Options& options, cli::Io& io);
base::Result<std::unique_ptr<Lane>> open_link_lane(const Logload::Options& options, cli::Io& io);
base::Result<std::unique_ptr<Lane>> open_datagram_lane(const Logload::Options& options, cli::Io& io);
base::Result<std::unique_ptr<Lane>> open_stream_lane(const Logload::Options& options, cli::Io& io);

}  // namespace logmill::logload
