#!/usr/bin/env python3
"""Executes a worked example and compares.

Lines starting with "$ " are commands for sh (a line ending in a backslash goes on in the next); the lines
below each are what it prints, on either stream. "..." alone on a line stands for any lines, also none. Lines
starting with "# " are prose; of a .md file, all but what stands between ``` lines is. One shell runs all commands, in an empty folder with the programs first on PATH.
$CORPORA is the folder of real logs beside the project; an example that names it is skipped without it.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile


def read_steps(text):
    """[(command, [expected lines])]"""
    steps = []
    continued = False
    for line in text.splitlines():
        if continued:
            steps[-1][0] += "\n" + line.removeprefix("> ")
        elif line.startswith("$ "):
            steps.append([line[2:], []])
        elif line == "#" or line.startswith("# "):
            continue
        elif steps:
            steps[-1][1].append(line)
        continued = bool(steps) and steps[-1][0].endswith("\\") and not steps[-1][1]
    for step in steps:
        while step[1] and step[1][-1] == "":
            step[1].pop()
    return steps


def matches(want, got):
    """Whether the lines agree, where "..." takes any number of lines."""
    if not want:
        return not got
    if want[0] == "...":
        return any(matches(want[1:], got[i:]) for i in range(len(got) + 1))
    return bool(got) and want[0] == got[0] and matches(want[1:], got[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True)
    parser.add_argument("transcript", type=pathlib.Path)
    options = parser.parse_args()
    text = options.transcript.read_text()
    corpora = options.transcript.resolve().parent.parent.parent / "shared" / "corpora"
    if "$CORPORA" in text and not corpora.is_dir():
        print("skipped: the corpora are not beside the project")
        return
    if options.transcript.suffix == ".md":
        text = "\n".join(text.split("\n```")[1::2]).replace("console\n", "\n")
    steps = read_steps(text)
    if not steps:
        sys.exit(f"{options.transcript}: no command")
    env = {k: v for k, v in os.environ.items() if not k.startswith("LOGMILL_")}
    env.update(PATH=f"{os.path.abspath(options.bin)}:{env['PATH']}", TZ="UTC", LC_ALL="C.UTF-8",
               CORPORA=str(corpora))
    mark = "--- end of step ---"
    script = "".join(f"{command}\nprintf '\\n{mark}\\n'\n" for command, _ in steps)
    with tempfile.TemporaryDirectory(prefix="logmill-example.") as work:
        done = subprocess.run(["sh", "-c", script], stdin=subprocess.DEVNULL, cwd=work, env=env,
                              timeout=110, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    outputs = done.stdout.decode("utf-8", "backslashreplace").split(f"\n{mark}\n")
    failed = False
    for (command, want), output in zip(steps, outputs):
        got = output.rstrip("\n").splitlines()
        if not matches(want, got):
            failed = True
            print(f"$ {command}\n--- expected\n" + "\n".join(want) + "\n--- got\n" + "\n".join(got) + "\n")
    sys.exit(1 if failed else 0)


main()
