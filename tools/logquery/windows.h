// A query over spans of time that is followed: each span is a run of its own, shown when it is
// over.
#pragma once

#include <map>
#include <memory>

#include "base/clock.h"
#include "logquery/output.h"
#include "query/query.h"

namespace logmill::logquery {

// Takes records that the query's filter has let through. Thread-compatible.
class Windows : public query::Stage {
 public:
  // All must outlive it. `span_ns` > 0.
  Windows(const query::Query& query, std::int64_t span_ns, query::Workspace& workspace, Output& output)
      : query_(query), span_ns_(span_ns), workspace_(workspace), output_(output) {}

  base::Status push(const query::Rows& rows) override;
  // Shows the spans that ended before `now`, and all the others at the end. A record that comes
  // after its span was shown makes another row for it: the rows of a span add up.
  base::Status show_ended(base::TimeNs now);
  base::Status finish() override;
  bool satisfied() const override { return false; }

 private:
  // Passes rows on; the output does not end with a span.
  class Showing : public query::Stage {
   public:
    explicit Showing(Output& output) : output_(output) {}
    base::Status push(const query::Rows& rows) override { return output_.push(rows); }
    base::Status finish() override { return output_.end_part(); }
    bool satisfied() const override { return false; }

   private:
    Output& output_;
  };
  struct Window {
    std::unique_ptr<Showing> last;
    std::unique_ptr<query::Pipeline> stages;
  };
  Window& window_at(base::TimeNs start);

  const query::Query& query_;
  std::int64_t span_ns_;
  query::Workspace& workspace_;
  Output& output_;
  std::map<base::TimeNs, Window> open_;  // by their start
};

}  // namespace logmill::logquery
