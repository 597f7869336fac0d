// Positions of a flat file, perhaps damaged, beside a file that is not what they say: judged
// without an accident, and what is cut is in the file. The sample's front byte says how much of the
// input is the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "flat/judgement.h"
#include "flat/positions_file.h"
#include "support/fault_fs.h"

using namespace logmill;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view content = bytes.substr(0, data[0]);
  const std::string_view positions = bytes.substr(content.size());
  test::FaultFs fs;
  const auto file = fs.open("app.log", sys::OpenMode::create);
  const auto beside = fs.open(flat::positions_path("app.log"), sys::OpenMode::create);
  if (!(*file)->append(content) || !(*beside)->append(positions)) std::abort();
  const auto judgement = flat::judge_positions(fs, "app.log");
  if (!judgement) return 0;
  if (judgement->cut_bytes == 0) return 0;
  if (judgement->cut_path != "app.log" || judgement->cut_to + judgement->cut_bytes != content.size()) std::abort();
  return 0;
}
