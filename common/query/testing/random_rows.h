// Random records and queries over them, for tests that compare two ways to the same answer.
#pragma once

#include <random>
#include <string>

#include "base/clock.h"
#include "record/batch.h"

namespace logmill::query {

class RandomRows {
 public:
  explicit RandomRows(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  template <std::size_t N>
  const char* one_of(const char* const (&choices)[N]) {
    return choices[below(N)];
  }

  // Records of a few fields with few values each, so that terms hit; each field is absent now and
  // then.
  void fill(record::Batch& batch, std::size_t rows, base::TimeNs start) {
    static const char* const kServiceNames[] = {"auth", "payments", "web-1", "Web-1", ""};
    static const char* const kWords[] = {"timeout", "Timeouts", "connection", "reset", "by", "peer", "10.0.0.1"};
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t row = batch.add_row();
      batch.times()[row] = start + static_cast<std::int64_t>(below(60'000)) * base::kNsPerMs;
      batch.levels()[row] = static_cast<record::Severity>(below(record::kSeverities));
      if (below(8) > 0) batch.set("service", row, record::Value::string(one_of(kServiceNames)));
      if (below(4) > 0) batch.set("status", row, record::Value::integer(static_cast<std::int64_t>(198 + below(6))));
      if (below(4) > 0) batch.set("ms", row, record::Value::decimal(static_cast<std::int64_t>(below(5000)), 1));
      std::string message;
      for (std::size_t word = below(5); word > 0; --word) message.append(one_of(kWords)).append(" ");
      if (below(10) > 0) batch.set("message", row, record::Value::string(batch.own(message)));
    }
  }

  std::string filter(int depth = 0) {
    static const char* const kTerms[] = {"service=auth",
                                         "service!=auth",
                                         "service=web*",
                                         "service in (auth, payments)",
                                         "service?",
                                         "status=200",
                                         "status>=201",
                                         "status<201",
                                         "status in (199, x)",
                                         "ms>250.5",
                                         "ms<=100",
                                         "level>=warn",
                                         "level=info",
                                         "NOT level?",
                                         "timeout",
                                         "timeout*",
                                         "\"reset by\"",
                                         "/conn.*re/",
                                         "message~/^t/i",
                                         "service:web",
                                         "10.0.0.1",
                                         "*",
                                         "service~/-[0-9]$/",
                                         "absent=1",
                                         "message:connection"};
    if (depth > 2 || below(3) == 0) return one_of(kTerms);
    const std::string left = filter(depth + 1), right = filter(depth + 1);
    switch (below(4)) {
      case 0: return "(" + left + " OR " + right + ")";
      case 1: return "NOT (" + left + ")";
      default: return "(" + left + " " + right + ")";
    }
  }

  std::string stages() {
    static const char* const kStages[] = {"count",
                                          "count by service",
                                          "count by level, service",
                                          "stats count(), p50(ms), max(ms) by service",
                                          "timechart 10s count() by level",
                                          "top 3 status",
                                          "sum(status), avg(status), distinct(ms) by 20s",
                                          "stats min(timestamp), max(timestamp), first(status) by service",
                                          "patterns | fields count, pattern",
                                          "count(status) by status"};
    return one_of(kStages);
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace logmill::query
