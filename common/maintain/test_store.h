// A store for tests of maintenance: the fixture of common/store, and how a maintainer is made for
// it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "maintain/maintainer.h"
#include "support/store_fixture.h"

namespace logmill::maintain {

class TestStore : public test::StoreFixture {
 public:
  using StoreFixture::StoreFixture;

  MaintenancePolicy policy;

  Maintainer maintainer() {
    return Maintainer(fs, dir, policy, clock, base::null_reporter(), [] { return false; });
  }
  base::Status run_round() { return maintainer().run_round(); }

  // Stores records up to `until` from where the store ends, a segment for each `each`. Returns up
  // to where they are safe.
  std::uint64_t feed(std::uint64_t until, std::uint64_t each, bool maintain) {
    options.seal_rows = each;
    auto writer = open();
    if (!writer) return 0;
    const auto held = (*writer)->frontier(kStream);
    std::uint64_t safe = held ? held->position : 0;
    for (std::uint64_t next = safe; next < until; next += each) {
      if (!append(**writer, next, next + each) || !(*writer)->commit()) return safe;
      safe = next + each;
      if (maintain && !run_round()) return safe;
    }
    [[maybe_unused]] const auto closed = (*writer)->close();
    return safe;
  }

  std::uint64_t frontier() {
    const auto frontiers = store::read_frontiers(fs, dir, base::null_reporter());
    return frontiers && !frontiers->empty() ? frontiers->at(0).position : 0;
  }

  std::vector<std::string> sorted_messages() {
    auto all = messages();
    std::sort(all.begin(), all.end());
    return all;
  }
  static std::vector<std::string> sorted_expected(std::uint64_t from, std::uint64_t to) {
    auto all = expected(from, to);
    std::sort(all.begin(), all.end());
    return all;
  }

  std::size_t count_files(std::string_view suffix) const {
    const auto all = fs.files();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const std::string& path) { return path.ends_with(suffix); }));
  }
};

}  // namespace logmill::maintain
