// A program of the user's, started without a shell; it finds the notification on its standard input.
#include <optional>

#include "alert/action.h"
#include "sys/memory_file.h"
#include "sys/shell_command.h"

namespace logmill::alert {
namespace {

// Waits in parts, to see that nobody has the time any more.
constexpr int kLookMs = 100;

base::Status run_command(const Action& action, const Outgoing& outgoing, const ActionIo& io) {
  LOGMILL_ASSIGN_OR_RETURN(const sys::Fd input, sys::make_memory_file(outgoing.body + "\n"));
  LOGMILL_ASSIGN_OR_RETURN(
      sys::ShellCommand running,
      sys::ShellCommand::start_program(action.command, {{"LOGALERT_KEY", outgoing.key}, {"LOGALERT_ACTION", action.name}}, input.get()));
  for (std::int64_t waited_ns = 0; waited_ns < action.timeout_ns && !io.stop.out_of_grace(); waited_ns += kLookMs * base::kNsPerMs) {
    LOGMILL_ASSIGN_OR_RETURN(const std::optional<int> status, running.wait(kLookMs));
    if (!status) continue;
    if (*status == 0) return {};
    return base::Error{base::ErrorCode::again, action.command.front() + ": status " + std::to_string(*status)};
  }
  running.terminate();
  LOGMILL_RETURN_IF_ERROR(running.wait(kLookMs));
  return base::Error{base::ErrorCode::again, action.command.front() + ": still running, ended"};
}

}  // namespace

extern constexpr ActionKind kCommand{.name = "command",
                                     .summary = "a program that gets a line of JSON on its standard input",
                                     .sample = "kind = \"command\"\ncommand = [\"/usr/local/bin/page\", \"--team\", \"shop\"]\n",
                                     .read =
                                         [](TableReader& reader, Action& action) {
                                           reader.take("command", action.command);
                                           if (action.command.empty()) reader.refuse("", "needs command = [\"PROGRAM\", \"ARGUMENT\", …]");
                                         },
                                     .format = [](const Action&, const Notification& notification) { return to_json(notification); },
                                     .deliver = run_command};

}  // namespace logmill::alert
