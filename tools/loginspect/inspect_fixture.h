// Files in memory, and an Io to look at them with.
#pragma once

#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "loginspect/item.h"
#include "support/io_fixture.h"

namespace logmill::loginspect {

struct InspectFixture : test::IoFixture {
  void put(const std::string& path, std::string_view content) {
    const auto file = fs.open(path, sys::OpenMode::append);
    ASSERT_TRUE((*file)->truncate(0));
    ASSERT_TRUE((*file)->append(content));
  }
  std::unique_ptr<Item> open(const std::string& path) { return *open_item({path, path}, io); }

  std::string read(const std::string& path, Form form = Form::plain) {
    std::string text;
    status = open(path)->read(form, [&](std::string_view piece) {
      text += piece;
      return base::Status();
    });
    return text;
  }
  std::vector<std::string> damages(const std::string& path) {
    std::vector<std::string> found;
    status = open(path)->verify([&](std::string damage) { found.push_back(std::move(damage)); });
    if (!status) found.push_back(status.error().what);
    return found;
  }
  std::string structures(const std::string& path) {
    std::string text;
    status = open(path)->describe([&](const Structure& structure) {
      text += structure.line();
      return base::Status();
    });
    return text;
  }
  static std::string sample(std::string_view name) {
    std::ifstream in(std::string(LOGMILL_SOURCE_DIR) + "/tests/data/formats/" + std::string(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  base::Status status;  // of the last call
};

}  // namespace logmill::loginspect
