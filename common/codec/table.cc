// Which reader and writer a format has: the one list of them.
#include <cassert>

#include "codec/formats.h"

namespace logmill::codec {
namespace {

struct FormatSpec {
  Format format;
  std::unique_ptr<Reader> (*make_reader)(const ReaderOptions&, base::Reporter&);
  std::unique_ptr<Writer> (*make_writer)(Compress);
};

constexpr FormatSpec kFormats[] = {
    {Format::frames, [](const ReaderOptions&, base::Reporter& reporter) { return make_frame_reader(reporter); },
     [](Compress compress) { return make_frame_writer(compress); }},
    {Format::ndjson,
     [](const ReaderOptions& options, base::Reporter& reporter) { return make_line_reader(Lines::objects, options, reporter); },
     [](Compress) { return make_ndjson_writer(); }},
    {Format::raw,
     [](const ReaderOptions& options, base::Reporter& reporter) { return make_line_reader(Lines::raw, options, reporter); },
     [](Compress) { return make_raw_writer(); }},
};

const FormatSpec& spec_of(Format format) {
  for (const FormatSpec& spec : kFormats)
    if (spec.format == format) return spec;
  assert(false && "a format has to be chosen first");
  return kFormats[0];
}

}  // namespace

std::unique_ptr<Reader> make_reader(const ReaderOptions& options, base::Reporter& reporter) {
  return spec_of(options.format).make_reader(options, reporter);
}

std::unique_ptr<Writer> make_writer(Format format, Compress compress) { return spec_of(format).make_writer(compress); }

}  // namespace logmill::codec
