#include "stream/sink.h"

#include <string>

#include "stream/endpoints.h"

namespace logmill::stream {
namespace {

struct SinkSpec {
  std::string_view scheme;  // with its colon; the first that the address begins with
  decltype(open_sink)* open;
};

constexpr SinkSpec kSinks[] = {
    {"ring:", open_ring_sink},
    {"", open_fd_sink},
};

}  // namespace

base::Result<std::unique_ptr<Sink>> open_sink(std::string_view address, int output_fd, const SinkOptions& options, sys::Stop& stop,
                                              base::Reporter& reporter) {
  for (const SinkSpec& spec : kSinks)
    if (address.starts_with(spec.scheme)) return spec.open(address, output_fd, options, stop, reporter);
  return base::Error{base::ErrorCode::unsupported, std::string(address) + ": no such kind of output"};
}

}  // namespace logmill::stream
