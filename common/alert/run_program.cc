#include "alert/run_program.h"

#include <optional>

#include "sys/memory_file.h"
#include "sys/shell_command.h"

namespace logmill::alert {
namespace {

// Waits in parts, to see that nobody has the time any more.
constexpr int kLookMs = 100;

}  // namespace

base::Status run_program(const std::vector<std::string>& words, std::string_view input, const Action& action, const Outgoing& outgoing,
                         const ActionIo& io) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::Fd file, sys::make_memory_file(input));
  LOGMILL_ASSIGN_OR_RETURN(
      sys::ShellCommand running,
      sys::ShellCommand::start_program(words, {{"LOGALERT_KEY", outgoing.key}, {"LOGALERT_ACTION", action.name}}, file.get()));
  for (std::int64_t waited_ns = 0; waited_ns < action.timeout_ns && !io.stop.out_of_grace(); waited_ns += kLookMs * base::kNsPerMs) {
    LOGMILL_ASSIGN_OR_RETURN(const std::optional<int> status, running.wait(kLookMs));
    if (!status) continue;
    if (*status == 0) return {};
    return base::Error{base::ErrorCode::again, words.front() + ": status " + std::to_string(*status)};
  }
  running.terminate();
  LOGMILL_RETURN_IF_ERROR(running.wait(kLookMs));
  return base::Error{base::ErrorCode::again, words.front() + ": still running, ended"};
}

}  // namespace logmill::alert
