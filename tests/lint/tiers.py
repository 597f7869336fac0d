#!/usr/bin/env python3
"""The include rule: a folder of common/ includes folders of lower tiers only, and its link list says the same.

The tiers are read from CMakeLists.txt (`# tier N` above the logmill_library lines). Of a folder with PARTS, or a tool (`# parts of TOOL: …`),
each part includes the ones listed before it only. Third-party headers stay in the folder they belong to (docs/ARCHITECTURE.md).
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
problems = []

tiers, uses, parts = {}, {}, {}
tier = None
for line in (root / "CMakeLists.txt").read_text().splitlines():
    if found := re.match(r"# tier (\d+)$", line):
        tier = int(found[1])
    if found := re.match(r"# parts of (\w+): (.*)", line):
        parts[found[1]] = found[2].split()
    if found := re.match(r"logmill_library\((\w+) .*?PARTS ([\w ./]+)\)", line):
        parts[found[1]] = found[2].split()
    if found := re.match(r"logmill_library\((\w+) USES ([\w ]+?)(?: (?:LINK|OPTIONS|PARTS).*)?\)", line):
        tiers[found[1]], uses[found[1]] = tier, set(found[2].split())
    elif found := re.match(r"logmill_library\((\w+)[ )]", line):
        tiers[found[1]], uses[found[1]] = tier, set()

# Where a library's headers may be included.
homes = {
    "zstd": {"codec", "store"}, "zlib": {"codec"}, "lzma": {"codec"},
    "bzlib": {"codec"}, "lz4": {"codec"}, "snappy": {"codec"}, "protozero": {"logserve"}, "boost/interprocess": {"transport"}, "boost/asio": {"http"}, "boost/beast": {"http"}, "openssl": {"transport", "crypt"},
    "re2": {"multiline", "parse", "query"}, "CLI/": {"cli", "options.cc"}, "xxhash": {"base"},
    "sqlite3": {"alert"}, "toml++": {"alert"},
}


def library_of(header):
    return next((name for name in homes if header.startswith(name)), None)


def check_own(path, folder, header):
    other = header.split("/")[0]
    if other not in tiers or other == folder:
        return
    if tiers[other] >= tiers[folder]:
        problems.append(f"{path}: includes {header}: tier {tiers[other]} from tier {tiers[folder]}")
    elif other not in uses[folder]:
        problems.append(f"{path}: includes {header}, but CMakeLists.txt does not say that {folder} uses {other}")


def check_part(path, folder, header):
    part = path.parent.name if path.parent.name != folder else "."
    if part not in parts[folder]:
        problems.append(f"{path}: {part} is not among the PARTS of {folder} in CMakeLists.txt")
        return
    other, *inner = header.split("/")
    used = inner[0] if len(inner) == 2 else "."
    if other == folder and used != part and used not in parts[folder][:parts[folder].index(part)]:
        problems.append(f"{path}: includes {header}: {part} comes before {used} in the PARTS of {folder}")


for path in sorted([*root.glob("common/**/*.h"), *root.glob("common/**/*.cc")]):
    folder, test = path.relative_to(root / "common").parts[0], path.name.endswith("_test.cc")
    for kind, header in re.findall(r'^#include ([<"])([^>"]+)', path.read_text(), re.M):
        if kind == '"' and not test:
            check_own(path.relative_to(root), folder, header)
            if folder in parts:
                check_part(path.relative_to(root), folder, header)
        library = library_of(header) if kind == "<" else None
        if library and not test and folder not in homes[library]:
            problems.append(f"{path.relative_to(root)}: <{header}> belongs in {', '.join(sorted(homes[library]))}")

tools = {path.parent.name for path in root.glob("tools/*/main.cc")}
for path in sorted([*root.glob("tools/**/*.h"), *root.glob("tools/**/*.cc")]):
    tool, test = path.relative_to(root / "tools").parts[0], path.name.endswith("_test.cc")
    for kind, header in re.findall(r'^#include ([<"])([^>"]+)', path.read_text(), re.M):
        other = header.split("/")[0]
        if kind == '"' and other in tools and other != tool:
            problems.append(f"{path.relative_to(root)}: a tool includes another: {header}")
        if kind == '"' and tool in parts and not test:
            check_part(path.relative_to(root), tool, header)
        library = library_of(header) if kind == "<" else None
        if library and not test and path.name not in homes[library] and tool not in homes[library]:
            problems.append(f"{path.relative_to(root)}: <{header}> belongs in {', '.join(sorted(homes[library]))}")

for path in sorted(root.glob("common/**/*.h")) + sorted(root.glob("tools/**/*.h")):
    if "#pragma once" not in path.read_text():
        problems.append(f"{path.relative_to(root)}: no #pragma once")

if not tiers:
    problems.append("CMakeLists.txt: no tiers found")
print("\n".join(problems) or f"{len(tiers)} folders, {len(tools)} tools: includes go downwards only")
sys.exit(1 if problems else 0)
