#include "base/reporter.h"

namespace logmill::base {
namespace {

class NullReporter final : public Reporter {
 public:
  void warn(std::string_view, std::string_view) override {}
  void info(std::string_view) override {}
};

}  // namespace

Reporter& null_reporter() {
  static NullReporter reporter;
  return reporter;
}

}  // namespace logmill::base
