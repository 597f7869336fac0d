// The kinds of sources and sinks, which the tables in source.cc and sink.cc list. Each is defined
// in the file of its name.
#pragma once

#include "stream/sink.h"
#include "stream/source.h"

namespace logmill::stream {

// source_fd.cc, sink_fd.cc: "-", or a path
base::Result<std::unique_ptr<Source>> open_fd_source(std::string_view address, int input_fd, const SourceOptions& options, sys::Stop& stop,
                                                     base::Reporter& reporter);
base::Result<std::unique_ptr<Sink>> open_fd_sink(std::string_view address, int output_fd, const SinkOptions& options, sys::Stop& stop,
                                                 base::Reporter& reporter);

// source_ring.cc, sink_ring.cc: "ring:NAME", or "ring:/path"
base::Result<std::unique_ptr<Source>> open_ring_source(std::string_view address, int input_fd, const SourceOptions& options,
                                                       sys::Stop& stop, base::Reporter& reporter);
base::Result<std::unique_ptr<Sink>> open_ring_sink(std::string_view address, int output_fd, const SinkOptions& options, sys::Stop& stop,
                                                   base::Reporter& reporter);

}  // namespace logmill::stream
