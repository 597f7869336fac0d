// Frames that arrive as whole messages (from a ring or a link) to batches.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/reporter.h"
#include "codec/reader.h"
#include "record/batch.h"

namespace logmill::stream {

class FrameUnpacker {
 public:
  FrameUnpacker();
  ~FrameUnpacker();

  // The frames of one message, which must stay while `next` gives them. What the last message left is forgotten.
  void give(std::string_view message);
  // Clears `batch` and fills it with the next frame's records and range; false if there are no more
  // frames.
  bool next(record::Batch& batch);

  // Why a part of the last message was no good frame; empty if all was.
  std::string_view damage() const { return damage_; }
  // An END frame was among them.
  bool ended_orderly() const { return reader_->ended_orderly(); }

 private:
  class Damage;
  std::unique_ptr<Damage> reporter_;
  std::string damage_;
  std::unique_ptr<codec::MessageReader> reader_;
};

}  // namespace logmill::stream
