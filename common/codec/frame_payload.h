// The payload of a data frame and a batch's rows, in both directions. Layout:
// docs/formats/frame.md.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/out_buffer.h"
#include "base/result.h"
#include "record/batch.h"

namespace logmill::codec {

// The rows [first, last).
void append_frame_payload(const record::Batch& batch, std::size_t first, std::size_t last, base::OutBuffer& out);

// Adds `records` rows to an empty batch. Values point into `payload`, which must live as long as
// the batch. Fails with corrupt, having perhaps added something.
base::Status decode_frame_payload(std::string_view payload, std::size_t records, record::Batch& batch);

}  // namespace logmill::codec
