#!/usr/bin/env python3
"""in = out + dropped + pending, of every program that kept its counters in a file of a folder: conservation.py FOLDER

Nothing may go out that has not come in; and what ended in order has nothing left, but for what waits in a spool or for an acknowledgement.
"""
import pathlib
import re
import sys

SAMPLE = re.compile(r'^logmill_(records_in_total|records_out_total|records_dropped_total|records_pending|ended)\{program="(\w+)".*\} (\d+)$', re.MULTILINE)
MAY_LEAVE_SOME = {"logship", "logrecv"}


def fault(text):
    """What is wrong with the counters of one program; None: nothing."""
    counts, program = {}, ""
    for name, program, value in SAMPLE.findall(text):
        counts[name] = counts.get(name, 0) + int(value)
    if "records_in_total" not in counts:
        return None  # of a program that has others
    taken, out, pending = (counts[f"records_{name}"] for name in ("in_total", "out_total", "pending"))
    dropped, ended = counts.get("records_dropped_total", 0), counts.get("ended", 0)
    said = f"{program}: {taken} in, {out} out, {dropped} dropped, {pending} pending, " + ("ended" if ended else "not ended")
    if taken != out + dropped + pending:
        return said
    return said if ended and pending != 0 and program not in MAY_LEAVE_SOME else None


def faults(folder):
    found = (fault(path.read_text()) for path in sorted(pathlib.Path(folder).glob("*.prom")))
    return [what for what in found if what]


if __name__ == "__main__":
    wrong = faults(sys.argv[1])
    for what in wrong:
        print(f"FAILED: in = out + dropped + pending: {what}", file=sys.stderr)
    sys.exit(1 if wrong else 0)
