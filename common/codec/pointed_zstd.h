// Decompression of zstd from an access point on.
#pragma once

#include <memory>

#include "codec/access_point.h"

namespace logmill::codec {

std::unique_ptr<PointedInflater> make_pointed_zstd(const AccessPoint& start);

}  // namespace logmill::codec
