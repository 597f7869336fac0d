#!/usr/bin/env python3
"""What a shell makes of keys on a terminal: type_in_shell.py bash|zsh|fish FOLDER <LINES

FOLDER has the completion scripts. Each line of standard input is typed, with a tabulator where "<TAB>" stands in it; what the shell then has on its
line is printed.
"""
import os
import pathlib
import pty
import select
import sys
import tempfile
import time

# Each writes its line to the file $TYPED and empties it when control-O is typed, and asks nothing, however much there is to list.
SETUP = {
    "bash": """
bind 'set completion-query-items 0'; bind 'set page-completions off'; bind 'set bell-style none'
bind -x '"\\C-o": printf "%s\\n" "$READLINE_LINE" >>"$TYPED"; READLINE_LINE='
for script in "$SCRIPTS"/*.bash; do . "$script"; done
""",
    "zsh": """
fpath=("$SCRIPTS" $fpath); LISTMAX=-1; setopt no_beep
autoload -Uz compinit; compinit -u -D
tell() { print -r -- "$BUFFER" >>"$TYPED"; BUFFER= }
zle -N tell; bindkey '^O' tell
""",
    "fish": """
for script in "$SCRIPTS"/*.fish; source $script; end
bind \\co 'commandline -b >>$TYPED; commandline ""'
""",
}
START = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"], "fish": ["fish", "--no-config", "-i"]}
SECONDS_MAX = 20


def wait_for_lines(master, path, count):
    end = time.monotonic() + SECONDS_MAX
    while time.monotonic() < end:
        if select.select([master], [], [], 0.02)[0]:
            os.read(master, 65536)
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return True
    return False


def main():
    shell, scripts = sys.argv[1], os.path.abspath(sys.argv[2])
    lines = sys.stdin.read().splitlines()
    with tempfile.TemporaryDirectory() as folder:
        typed, setup = pathlib.Path(folder, "typed"), pathlib.Path(folder, "setup")
        setup.write_text(SETUP[shell])
        child, master = pty.fork()
        if child == 0:
            os.environ.update(TYPED=str(typed), SCRIPTS=scripts, TERM="xterm", HOME=folder, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder)
            os.execvp(START[shell][0], START[shell])
        os.write(master, f". {setup}\r\x0f".encode())
        if not wait_for_lines(master, typed, 1):
            sys.exit(f"{shell} does not start")
        for number, line in enumerate(lines, start=2):
            os.write(master, line.replace("<TAB>", "\t").encode() + b"\x0f")
            if not wait_for_lines(master, typed, number):
                sys.exit(f"{shell} says nothing behind: {line}")
        os.close(master)
        os.waitpid(child, 0)
        print("\n".join(typed.read_text().splitlines()[1:]))


main()
