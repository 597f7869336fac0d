// Batches to bytes, one format each.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "codec/format.h"
#include "record/batch.h"

namespace logmill::codec {

class Writer {
 public:
  virtual ~Writer() = default;
  // Fails with too_large if one record is beyond what the format can hold; the others are written.
  virtual base::Status append(const record::Batch& batch, std::string& out) = 0;
  // The mark of an orderly end, where the format has one.
  virtual void append_end(std::string& out) = 0;
};

enum class Compress { no, yes };

// `compress` is of frames only.
std::unique_ptr<Writer> make_writer(Format format, Compress compress);

}  // namespace logmill::codec
