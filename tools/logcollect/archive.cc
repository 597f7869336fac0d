#include "logcollect/archive.h"

#include "logcollect/provenance.h"

namespace logmill::logcollect {

base::Result<Archive> Archive::open(const std::string& path, record::StreamId stream, const TailLimits& limits, std::string_view host,
                                    sys::Stop& stop, base::Reporter& reporter) {
  constexpr int kNoInput = -1;
  const stream::SourceOptions lines{.format = codec::Format::raw, .line_bytes_max = limits.line_bytes_max, .joiner = limits.joiner};
  LOGMILL_ASSIGN_OR_RETURN(auto source, stream::open_source(path, kNoInput, lines, stop, reporter));
  return Archive(std::move(source), path, stream, host);
}

base::Result<bool> Archive::next(record::Batch& batch) {
  LOGMILL_ASSIGN_OR_RETURN(const stream::Pull pull, source_->next(batch));
  if (pull != stream::Pull::batch) return false;
  std::uint64_t size = 0;
  batch.positions().clear();
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    batch.positions().push_back(static_cast<std::uint32_t>(size));
    const bool newline_follows = !batch.get(record::kCut, row).present();
    size += batch.get(record::kRaw, row).text().size() + (newline_follows ? 1 : 0);
  }
  batch.range() = {stream_, 0, position_, position_ + size};
  position_ += size;
  add_provenance(batch, path_, host_);
  return true;
}

}  // namespace logmill::logcollect
