#!/usr/bin/env python3
"""Runs golden cases: tests/golden/<tool>/<name>/{cmd,in,out,err,exit}.

`cmd` is a line for sh, run in an empty folder with the programs first on PATH; standard input comes
from `in`. Standard output, standard error and status must equal `out`, `err` (absent: empty) and `exit`
(absent: 0). What counters of the programs say must add up. $GOLDEN is the case's folder, for further input files. --rewrite records what happened.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # nothing is left in the source tree
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import conservation


def environment(bin_dir, case, counters):
    env = {k: v for k, v in os.environ.items() if not k.startswith("LOGMILL_")}
    env.update(PATH=f"{bin_dir}:{env['PATH']}", LOGMILL_METRICS=f"{counters}/%p.prom", GOLDEN=str(case), TZ="UTC", LC_ALL="C.UTF-8")
    env.pop("NO_COLOR", None)
    return env


def run(case, bin_dir):
    stdin = case / "in"
    with tempfile.TemporaryDirectory(prefix="logmill-golden.") as work, \
            tempfile.TemporaryDirectory(prefix="logmill-golden.", ignore_cleanup_errors=True) as counters:
        with open(stdin if stdin.exists() else os.devnull, "rb") as source:
            done = subprocess.run(["sh", "-c", (case / "cmd").read_text()], stdin=source, cwd=work,
                                  env=environment(bin_dir, case, counters), capture_output=True, timeout=50)
        wrong = conservation.faults(counters)
    return {"out": done.stdout, "err": done.stderr + "".join(f"in = out + dropped + pending: {what}\n" for what in wrong).encode(),
            "exit": done.returncode}


def expected(case):
    read = lambda name: (case / name).read_bytes() if (case / name).exists() else b""
    return {"out": read("out"), "err": read("err"), "exit": int(read("exit") or 0)}


def rewrite(case, got):
    for name in ("out", "err"):
        if got[name]:
            (case / name).write_bytes(got[name])
        else:
            (case / name).unlink(missing_ok=True)
    if got["exit"]:
        (case / "exit").write_text(f"{got['exit']}\n")
    else:
        (case / "exit").unlink(missing_ok=True)


def show(name, want, got):
    if want == got:
        return
    if name == "exit":
        print(f"exit: expected {want}, got {got}")
        return
    import difflib
    lines = lambda b: b.decode("utf-8", "backslashreplace").splitlines(keepends=True)
    sys.stdout.writelines(difflib.unified_diff(lines(want), lines(got), f"{name} expected", f"{name} got"))
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="folder of the programs")
    parser.add_argument("--rewrite", action="store_true")
    parser.add_argument("cases", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    failed = 0
    for case in options.cases:
        case = case.resolve()
        got = run(case, os.path.abspath(options.bin))
        if options.rewrite:
            rewrite(case, got)
            continue
        want = expected(case)
        if got != want:
            failed += 1
            print(f"{case}: {(case / 'cmd').read_text().strip()}")
            for name in want:
                show(name, want[name], got[name])
    sys.exit(1 if failed else 0)


main()
