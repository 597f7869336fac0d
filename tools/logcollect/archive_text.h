// The text of a compressed file, and what tells which file it is a copy of.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/byte_feed.h"
#include "codec/inflate.h"
#include "sys/held_file.h"

namespace logmill::logcollect {

// Thread-compatible. Fails with corrupt if the file is damaged, or not complete (yet).
class ArchiveText final : public codec::ByteFeed {
 public:
  static base::Result<ArchiveText> open(const std::string& path);

  base::Result<std::size_t> read(std::span<char> to) override;
  std::uint64_t bytes_in() const override { return offset_; }
  // Goes on behind these bytes of the text, from its beginning.
  base::Status skip(std::uint64_t bytes);

 private:
  ArchiveText(sys::HeldFile file, std::string path) : file_(std::move(file)), path_(std::move(path)), compressed_(kCompressedBytes, '\0') {}
  static constexpr std::size_t kCompressedBytes = 64 << 10;

  base::Status fetch();

  sys::HeldFile file_;
  std::string path_;
  std::unique_ptr<codec::Inflater> inflater_;
  std::string compressed_;
  std::string_view rest_;  // of `compressed_`, not inflated yet; stays valid when this is moved, because that is long
  std::uint64_t offset_ = 0;
};

// What is known of a text that was read once to its end.
struct ArchiveTraits {
  std::string head;  // the first line, as sys::read_head gives it
  std::string tail;  // the last 64 bytes
  std::uint64_t size = 0;
  std::set<std::uint64_t> line_starts;  // of the positions that were asked for
};

// `positions` says which positions matter when the head is known.
base::Result<ArchiveTraits> measure_archive(const std::string& path,
                                            const std::function<std::vector<std::uint64_t>(const std::string& head)>& positions);

}  // namespace logmill::logcollect
