// A program of the user's, started without a shell; it finds the notification on its standard input.
#include "alert/run_program.h"

namespace logmill::alert {
extern constexpr ActionKind kCommand{
    .name = "command",
    .summary = "a program that gets a line of JSON on its standard input",
    .sample = "kind = \"command\"\ncommand = [\"/usr/local/bin/page\", \"--team\", \"shop\"]\n",
    .read =
        [](TableReader& reader, Action& action) {
          reader.take("command", action.command);
          if (action.command.empty()) reader.refuse("", "needs command = [\"PROGRAM\", \"ARGUMENT\", …]");
        },
    .format = [](const Action&, const Notification& notification) { return to_json(notification); },
    .deliver = [](const Action& action, const Outgoing& outgoing,
                  const ActionIo& io) { return run_program(action.command, outgoing.body + "\n", action, outgoing, io); }};

}  // namespace logmill::alert
