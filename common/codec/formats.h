// The readers and writers behind make_reader and make_writer; table.cc chooses.
#pragma once

#include "codec/reader.h"
#include "codec/writer.h"

namespace logmill::codec {

enum class Lines { objects, raw };

std::unique_ptr<Reader> make_frame_reader(base::Reporter& reporter);
std::unique_ptr<Reader> make_line_reader(Lines lines, const ReaderOptions& options, base::Reporter& reporter);

std::unique_ptr<Writer> make_frame_writer(Compress compress);
std::unique_ptr<Writer> make_ndjson_writer();
std::unique_ptr<Writer> make_raw_writer();

}  // namespace logmill::codec
