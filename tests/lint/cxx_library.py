#!/usr/bin/env python3
"""No program has two C++ libraries, one in it and one that a library of others brings: cxx_library.py ROOT BIN

Each has its own state of exceptions and streams.
"""
import pathlib
import subprocess
import sys

root, bin_dir = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def libraries(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


wrong = []
for program in sorted(bin_dir / path.parent.name for path in root.glob("tools/*/main.cc")):
    asked = [line for line in libraries("readelf", "--dynamic", program).splitlines() if "(NEEDED)" in line]
    if "libstdc++." in libraries("ldd", program) and not any("[libstdc++." in line for line in asked):
        wrong.append(program.name)
print(f"with two C++ libraries: {' '.join(wrong)}" if wrong else "each program has one C++ library")
sys.exit(1 if wrong else 0)
