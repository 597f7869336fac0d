#!/usr/bin/env python3
"""A tool is five things shipped together: folder, manual page, example, golden cases, README row; and completions."""
import pathlib
import sys

root = pathlib.Path(sys.argv[1])
problems = []
readme = (root / "README.md").read_text()
tools = sorted(path.parent.name for path in root.glob("tools/*/main.cc"))
for tool in tools:
    wanted = [f"tools/{tool}/{tool}.h", f"tools/{tool}/options.cc", f"tools/{tool}/run.cc", f"man/{tool}.1",
              f"examples/{tool}.txt", f"completions/{tool}.bash", f"completions/_{tool}",
              f"completions/{tool}.fish"]
    problems += [f"{tool}: {path} is missing" for path in wanted if not (root / path).exists()]
    if not list(root.glob(f"tests/golden/{tool}/*/cmd")):
        problems.append(f"{tool}: no golden case in tests/golden/{tool}/")
    if f"| `{tool}` |" not in readme:
        problems.append(f"{tool}: no row in README.md")
if not tools:
    problems.append("no tools found")
print("\n".join(problems) or f"{len(tools)} tools are complete")
sys.exit(1 if problems else 0)
