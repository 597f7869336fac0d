#!/usr/bin/env python3
"""Names in unnamed namespaces are a folder's own: unnamed.py ROOT

A release build compiles several files of a folder as one, and which ones changes with every file added. A name that two files
define would break the build one day, far from the change that made it so.
"""
import collections
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
rules = (root / "cmake/logmill.cmake").read_text()
apart = re.compile(re.search(r'set\(LOGMILL_FILES_APART "(.*)"\)', rules).group(1).replace("\\\\", "\\"))
# The tree is formatted: what starts a line of a namespace is the start of a definition.
body = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.S | re.M)
# A type, a constant (constexpr Type kName), or a function with its parameters; of a specialisation also its arguments.
named = [
    re.compile(r"^(?:class|struct|enum class|enum|union) ([\w<>:, ]+?)(?: final)?(?: : [^{;]*)? \{", re.M),
    re.compile(r"^using (\w+) =", re.M),
    re.compile(r"^(?:static |inline |thread_local |constinit )*const(?:expr|init)? [\w:<>,* ]*?(\w+)(?:\[[^\]]*\])* ?[={]", re.M),
    re.compile(r"^(?:static |inline )*constexpr [^;{(\n]*?, (\w+) =", re.M),  # the second of two
    re.compile(r"^(?!using |return |struct |class |enum |namespace |template |static_assert|TEST|INSTANTIATE)\w[\w:<>,*&+ \[\]]*?"
               r"\b(\w+\((?:[^()]|\([^()]*\))*\))(?: const)?(?: noexcept)?(?: requires [^{]*)? \{", re.M),
]


def folders():
    for folder in sorted((root / "common").iterdir()):
        files = sorted(folder.rglob("*.cc"))
        tests = [path for path in files if path.stem.endswith("_test")]
        yield f"logmill_{folder.name}", [path for path in files if path not in tests]
        yield f"{folder.name}_test", tests
    for folder in sorted((root / "tools").iterdir()):
        files = sorted(folder.rglob("*.cc"))
        alone = ("main.cc", "options.cc")
        yield f"tool_{folder.name}", [path for path in files if path.name not in alone and not path.stem.endswith("_test")]
        yield f"{folder.name}_test", [path for path in files if path.stem.endswith("_test")]


def signature(definition):
    """Two functions clash if their parameters' types agree: their names are left out."""
    name, _, parameters = definition.partition("(")
    if not parameters:
        return name
    types = [re.sub(r"(?<=[\s&*>])\w+(?: = .*)?$", "", part.strip()) for part in re.split(r",(?![^<(]*[>)])", parameters[:-1])]
    return f"{name}({', '.join(part.strip() for part in types)})"


clashes = 0
for target, files in folders():
    places = collections.defaultdict(set)
    for path in files:
        if apart.search(str(path)):
            continue
        for block in body.finditer(path.read_text()):
            for pattern in named:
                for match in pattern.finditer(block.group(1)):
                    places[signature(match.group(1))].add(path)
    for name, where in sorted(places.items()):
        if len(where) > 1:
            clashes += 1
            print(f"{', '.join(str(path.relative_to(root)) for path in sorted(where))}: each has its own {name}; "
                  "give them different names, or share one")
print(f"{clashes} clashes" if clashes else "names in unnamed namespaces are their folders' own")
sys.exit(1 if clashes else 0)
