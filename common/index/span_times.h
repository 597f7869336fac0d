// From when to when the records of a span are, as a search that reads the file finds them: with the
// same reader and the same parsers, which learned from the file's head. docs/formats/sidecar.md,
// "Spans".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "codec/reader.h"
#include "index/sidecar_reader.h"
#include "parse/line_parser.h"
#include "record/batch.h"

namespace logmill::index {

class SpanTimes {
 public:
  // `head` is the front of the file's text: kTimedHeadBytes of it, or all. `now` says which year is
  // meant where none is written.
  SpanTimes(std::string_view head, base::TimeNs now);

  // Of whole lines behind the head. nullopt if some record has no time.
  std::optional<SidecarSpan::Times> of(std::string_view lines);

 private:
  // Lines to times, as of one moment.
  class Reading {
   public:
    Reading(codec::Format format, base::TimeNs now);
    void learn(std::string_view head);
    // False if some record has no time; then not all are read.
    bool read(std::string_view lines);
    const std::vector<base::TimeNs>& times() const { return times_; }
    void forget() { times_.clear(); }

   private:
    void fill_batch(std::string_view& lines);

    const codec::Format format_;
    std::unique_ptr<codec::Reader> reader_;
    parse::LineParser parser_;
    record::Batch batch_;
    std::vector<base::TimeNs> times_;
  };

  bool read_now(std::string_view lines);
  bool pick_lines(std::string_view lines);

  const base::TimeNs long_ago_;
  Reading then_, now_;
  std::string picked_;                    // lines that now_ reads
  std::vector<std::size_t> picked_rows_;  // of then_
};

}  // namespace logmill::index
