// A line of NDJSON on standard output.
#include "alert/action.h"
#include "sys/fd.h"

namespace logmill::alert {

extern constexpr ActionKind kStdout{
    .name = "stdout",
    .summary = "a line of JSON on standard output",
    .sample = "kind = \"stdout\"\n",
    .read = [](TableReader&, Action&) {},
    .format = [](const Action&, const Notification& notification) { return to_json(notification); },
    .deliver = [](const Action&, const Outgoing& outgoing, const ActionIo& io) { return sys::write_all(io.out, outgoing.body + "\n"); }};

}  // namespace logmill::alert
