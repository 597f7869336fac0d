// Bytes that may hold frames, and payloads whose checksum is taken for granted.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "codec/codec_test_support.h"
#include "codec/frame_payload.h"

using namespace logmill;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // In one piece and in many, the same frames are found.
  const auto whole = codec::make_reader({.format = codec::Format::frames}, base::null_reporter());
  const auto pieces = codec::make_reader({.format = codec::Format::frames}, base::null_reporter());
  if (codec::read_all(*whole, bytes, size) != codec::read_all(*pieces, bytes, 61)) std::abort();

  const std::size_t records = data[0];
  record::Batch batch;
  if (!codec::decode_frame_payload(bytes.substr(1), records, batch)) return 0;
  base::OutBuffer again;
  codec::append_frame_payload(batch, 0, batch.rows(), again);
  record::Batch copy;
  if (!codec::decode_frame_payload(again.view(), records, copy)) std::abort();
  if (codec::rows_of(copy) != codec::rows_of(batch)) std::abort();
  return 0;
}
