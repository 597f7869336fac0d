#include "stream/source.h"

#include "stream/endpoints.h"

namespace logmill::stream {
namespace {

struct SourceSpec {
  std::string_view scheme;  // with its colon; the first that the address begins with
  decltype(open_source)* open;
};

constexpr SourceSpec kSources[] = {
    {"ring:", open_ring_source},
    {"", open_fd_source},
};

}  // namespace

base::Result<std::unique_ptr<Source>> open_source(std::string_view address, int input_fd, const SourceOptions& options, sys::Stop& stop,
                                                  base::Reporter& reporter) {
  for (const SourceSpec& spec : kSources)
    if (address.starts_with(spec.scheme)) return spec.open(address, input_fd, options, stop, reporter);
  return base::Error{base::ErrorCode::unsupported, std::string(address) + ": no such kind of input"};
}

}  // namespace logmill::stream
