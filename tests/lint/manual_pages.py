#!/usr/bin/env python3
"""Each manual page documents exactly the options its program has, keeps the usual sections, and is sound mdoc."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root, bin_dir = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
problems = []
sections = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
common = (root / "man/parts/common.mdoc").read_text()


def options_of(program):
    dump = subprocess.run([bin_dir / program, "--generate", "options"], capture_output=True, text=True, check=True)
    names = set()
    for line in dump.stdout.splitlines():
        names.update(re.findall(r"--([a-z0-9][a-z0-9-]*)", line.split("\t")[0]))
    return names


def check(page, text):
    name = page.name.rsplit(".", 1)[0]
    found = [line[4:].strip('" ') for line in text.splitlines() if line.startswith(".Sh ")]
    for section in sections:
        if section not in found:
            problems.append(f"{page.name}: no section {section}")
    documented = set()
    for line in text.splitlines():
        if line.startswith(".It"):
            documented.update(re.findall(r"Fl Fl ([a-z0-9][a-z0-9-]*)", line))
    actual = options_of(name)
    problems.extend(f"{page.name}: --{option} is not documented" for option in sorted(actual - documented))
    problems.extend(f"{page.name}: documents --{option}, which {name} does not have" for option in sorted(documented - actual))


def lint(page, text):
    if not shutil.which("mandoc"):
        return
    with tempfile.NamedTemporaryFile("w", suffix="." + page.suffix[1:]) as whole:
        whole.write(text)
        whole.flush()
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", whole.name], capture_output=True, text=True)
    # References to pages of this project that are not installed yet are no fault.
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    problems.extend(f"{page.name}: {line.split(':', 1)[-1].strip()}" for line in lines)


pages = sorted(root.glob("man/*.1"))
for page in pages:
    text = page.read_text()
    if '.\\" @common@\n' not in text:
        problems.append(f'{page.name}: no line .\\" @common@ where the common options belong')
    text = text.replace('.\\" @common@\n', common)
    check(page, text)
    lint(page, text)
if not pages:
    problems.append("no manual pages")
print("\n".join(problems) or f"{len(pages)} pages agree with their programs")
sys.exit(1 if problems else 0)
