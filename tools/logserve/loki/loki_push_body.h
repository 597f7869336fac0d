// The bodies of Loki's push: streams with their labels, and lines with their times.
// grafana/loki, docs/sources/reference/loki-http-api.md, "Ingest logs"; pkg/push/push.proto.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace logmill::logserve {

// A line as one JSON object of a record: "timestamp", "message", its structured metadata and the labels of its stream.
using UseRecord = std::function<base::Status(std::string_view record)>;

// Fails with invalid, saying which stream and line, if the body is not of this form; too_large if the labels, which are written once, make
// more than `bytes_max` of the lines; and as `use` does. What is in the objects is not checked.
base::Status each_pushed_record(std::string_view body, std::uint64_t bytes_max, const UseRecord& use);
// The same of a PushRequest, a message of protobuf, that is no longer compressed: of what clients send unless told otherwise.
base::Status each_record_of_push_request(std::string_view message, std::uint64_t bytes_max, const UseRecord& use);

// "stream 1, line 2: what".
base::Error malformed_push(std::size_t stream, std::size_t line, std::string_view what);

// Hands on records as long as they are not too much.
class PushedRecords {
 public:
  PushedRecords(std::uint64_t bytes_max, const UseRecord& use) : bytes_left_(bytes_max), use_(use) {}
  base::Status add(std::string_view record);

 private:
  std::uint64_t bytes_left_;
  const UseRecord& use_;
};

}  // namespace logmill::logserve
