// The rule of docs/formats/delivery.md for a batch that comes to a sink: what of it is new.
#pragma once

#include <cstddef>
#include <optional>

#include "base/result.h"
#include "record/batch.h"
#include "record/range.h"
#include "store/frontier_table.h"

namespace logmill::store {

// What a batch adds to its stream.
struct Share {
  std::size_t first_row = 0;  // rows before are repeats
  record::Range range;
  bool nothing = false;  // all of it is a repeat, or of an epoch that has ended
};

// `held` is what the sink has taken of each stream. Fails with again, naming the frontier, when records are missing before the batch; with
// invalid for a range that is none.
base::Result<Share> share_of(const record::Batch& batch, const FrontierTable& held);
base::Result<Share> share_of(const record::Batch& batch, const std::optional<Frontier>& held);

// Removes from the batch and its range what is a repeat, an epoch that has ended included, and returns how many rows that were. Fails
// with again when records are missing before it.
base::Result<std::size_t> drop_repeats(record::Batch& batch, const std::optional<Frontier>& held);

}  // namespace logmill::store
