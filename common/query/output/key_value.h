// Values behind a key= : plain where that is clear, else in quotes as in JSON.
#pragma once

#include <string>

#include "record/value.h"

namespace logmill::query {

void append_pair_value(std::string& out, const record::Value& value);

}  // namespace logmill::query
