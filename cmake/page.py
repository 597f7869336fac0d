#!/usr/bin/env python3
"""page.py [--npm NPM] PAGE OUTPUT.cc: the files of a page, bundled and compressed, as a C++ source.

The packages are installed and the bundle is made in the folder of OUTPUT.cc; the source tree is only read. Without NPM, or when the
packages cannot be had, the source holds no files, and says why on standard error.
"""
import argparse
import gzip
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

FILES = {"page.js": "text/javascript; charset=utf-8", "page.css": "text/css; charset=utf-8"}

SOURCE = """// Made by cmake/page.py.
#include "logserve/page/page_files.h"

namespace logmill::logserve {{
namespace {{
{arrays}
}}  // namespace

std::span<const PageFile> page_files() {{
{table}}}

}}  // namespace logmill::logserve
"""


def bundle(npm: str, page: pathlib.Path, work: pathlib.Path) -> dict[str, bytes]:
    for name in ("package.json", "package-lock.json", ".npmrc", "tsconfig.json"):
        shutil.copy(page / name, work / name)
    for name in ("src", "browser"):
        shutil.rmtree(work / name, ignore_errors=True)
        shutil.copytree(page / name, work / name)
    lock = hashlib.sha256((page / "package-lock.json").read_bytes()).hexdigest()
    stamp = work / "node_modules" / ".lock-of"
    if not stamp.exists() or stamp.read_text() != lock:
        subprocess.run([npm, "ci", "--ignore-scripts", "--loglevel=error"], cwd=work, check=True, stdout=subprocess.DEVNULL)
        stamp.write_text(lock)
    subprocess.run([npm, "run", "--silent", "build"], cwd=work, check=True, env={**os.environ, "OUT": str(work / "dist")}, stderr=subprocess.DEVNULL)
    return {name: (work / "dist" / name).read_bytes() for name in FILES}


def source_of(files: dict[str, bytes]) -> str:
    arrays, rows = [], []
    for index, (name, data) in enumerate(files.items()):
        packed = gzip.compress(data, 9, mtime=0)
        lines = [",".join(map(str, packed[i:i + 40])) for i in range(0, len(packed), 40)]
        arrays.append(f"constexpr unsigned char kFile{index}[] = {{\n" + ",\n".join(lines) + "};")
        version = hashlib.sha256(data).hexdigest()[:16]
        rows.append(f'      {{"{name}", "{FILES[name]}", "{version}", kFile{index}}},\n')
    table = "  static constexpr PageFile kFiles[] = {\n" + "".join(rows) + "  };\n  return kFiles;\n" if files else "  return {};\n"
    return SOURCE.format(arrays="\n".join(arrays), table=table)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--npm")
    options.add_argument("page", type=pathlib.Path)
    options.add_argument("output", type=pathlib.Path)
    given = options.parse_args()
    work = given.output.resolve().parent
    work.mkdir(parents=True, exist_ok=True)
    files = {}
    if given.npm:
        try:
            files = bundle(given.npm, given.page.resolve(), work)
        except subprocess.CalledProcessError as error:
            print(f"page.py: warning: logserve gets its plain page only: {error}", file=sys.stderr)
    given.output.write_text(source_of(files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
