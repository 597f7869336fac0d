// Runs a query over rows at hand, for tests: what comes out, a line a row.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "query/query.h"
#include "query/testing/test_printer.h"
#include "query/testing/test_rows.h"

namespace logmill::query {

inline constexpr base::TimeNs kNow = 1'795'000'000 * base::kNsPerSecond;
inline const Context kContext{.now = kNow, .utc = true, .files = &sys::os_file_system()};

inline Query parsed(std::string_view text) {
  auto query = Query::parse(text, kContext);
  EXPECT_TRUE(query) << text << "\n" << (query ? "" : query.error().what);
  return *std::move(query);
}

inline std::string run(std::string_view text, const std::vector<record::Batch>& batches) {
  const Query query = parsed(text);
  TestPrinter printer;
  Pipeline pipeline(query, printer);
  for (const record::Batch& batch : batches) {
    BatchTable table(batch);
    if (pipeline.satisfied()) break;
    EXPECT_TRUE(pipeline.push(table));
  }
  EXPECT_TRUE(pipeline.finish());
  EXPECT_TRUE(printer.finished);
  return printer.text;
}

inline std::string run(std::string_view text, const std::vector<TestRow>& rows) {
  std::vector<record::Batch> batches;
  batches.push_back(batch_of(rows));
  return run(text, batches);
}

// One batch a row: what a stage remembers across batches must be right.
inline std::string run_one_by_one(std::string_view text, const std::vector<TestRow>& rows) {
  std::vector<record::Batch> batches;
  for (const TestRow& row : rows) batches.push_back(batch_of({row}));
  return run(text, batches);
}

inline std::string error_of(std::string_view text) {
  const auto query = Query::parse(text, kContext);
  return query ? "(accepted)" : query.error().what;
}

inline TestRow service_row(std::string_view service, std::int64_t ms) { return {{"service", text(service)}, {"ms", number(ms)}}; }

inline const std::vector<TestRow> kServices = {service_row("b", 10), service_row("a", 30), service_row("b", 20), {{"ms", number(5)}}};

}  // namespace logmill::query
