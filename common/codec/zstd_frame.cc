#include "codec/zstd_frame.h"

#include <memory>
#include <zstd.h>

namespace logmill::codec {
namespace {

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

bool decompress_zstd(std::string_view frame, char* to, std::size_t size, std::string_view dictionary) {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  return ZSTD_decompress_usingDict(context.get(), to, size, frame.data(), frame.size(), dictionary.data(), dictionary.size()) == size;
}

}  // namespace logmill::codec
