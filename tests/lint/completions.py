#!/usr/bin/env python3
"""The committed completion scripts are those that the programs print: completions.py ROOT BIN [--rewrite] [TOOL...]

--rewrite makes them so; of all tools unless some are named.
"""
import pathlib
import subprocess
import sys

root, bin_dir = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
rewrite = "--rewrite" in sys.argv
tools = [arg for arg in sys.argv[3:] if arg != "--rewrite"] or sorted(path.parent.name for path in root.glob("tools/*/main.cc"))
stale = []
for tool in tools:
    for shell, name in (("bash", f"{tool}.bash"), ("zsh", f"_{tool}"), ("fish", f"{tool}.fish")):
        script = subprocess.run([bin_dir / tool, "--generate", f"complete-{shell}"], capture_output=True,
                                text=True, check=True).stdout
        path = root / "completions" / name
        if rewrite:
            path.parent.mkdir(exist_ok=True)
            path.write_text(script)
        elif not path.exists() or path.read_text() != script:
            stale.append(name)
print(f"stale: {' '.join(stale)}; run `make completions`" if stale else "completions are as the programs print them")
sys.exit(1 if stale else 0)
