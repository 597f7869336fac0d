#include "logcollect/archive.h"

#include <cstring>

#include "logcollect/provenance.h"

namespace logmill::logcollect {

base::Result<Archive> Archive::open(const std::string& path, const store::Frontier& begin, const TailLimits& limits,
                                    std::string_view host) {
  LOGMILL_ASSIGN_OR_RETURN(ArchiveText text, ArchiveText::open(path));
  LOGMILL_RETURN_IF_ERROR(text.skip(begin.position));
  return Archive(std::move(text), path, begin, limits, host);
}

base::Result<bool> Archive::next(record::Batch& batch) {
  batch.clear();
  batch.text().append(rest_);
  while (true) {
    if (!ended_) read_chunk(batch);
    const std::string_view bytes = batch.text().view();
    const std::size_t taken = splitter_.fill(batch, bytes, ended_ ? multiline::More::none : multiline::More::expected, within_line_);
    rest_ = bytes.substr(taken);
    if (taken > 0) {
      batch.range() = {at_.stream, at_.epoch, at_.position, at_.position + taken};
      at_.position += taken;
      add_provenance(batch, path_, host_);
      return true;
    }
    if (!ended_) continue;  // a line that is longer than a chunk
    if (failure_) return *failure_;
    return false;
  }
}

void Archive::read_chunk(record::Batch& batch) {
  const std::size_t before = batch.text().size();
  batch.text().reserve(before + chunk_bytes_);
  std::size_t size = 0;
  while (size < chunk_bytes_ && !ended_) {
    auto got = text_.read({batch.text().data() + before + size, chunk_bytes_ - size});
    if (!got) failure_ = std::move(got).error();
    ended_ = !got || *got == 0;
    if (got) size += *got;
  }
  batch.text().set_size(before + size);
}

}  // namespace logmill::logcollect
