#!/usr/bin/env python3
"""Kills programs of whole pipelines with -9, stops and continues them, while lines are written; then proves with the lines' own
numbers and checksums that each is stored exactly once.

    chaos.py [--rounds N] [--seed N] [--topology NAME]...     in an empty folder, the programs on PATH

A round: new lines, a random moment, kill -9 of some of the programs (or a pause of one), and all that ended is started again. After the
last round everything is read to its end. One row a topology; exit status 1 if a line is missing, repeated or damaged. `control`
is a collector that saves its offset when it hands lines over, under the same kills: it must lose lines, or the harness sees nothing.
"""
import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

ENDS_WITHIN = 60  # seconds, for what has lost its neighbour
CONTROL_ROUNDS = 15  # at least: each kill loses what was on its way, if anything was
CONTROL = r"""
import os, sys, time
log, saved = sys.argv[1:]
at = int(open(saved).read()) if os.path.exists(saved) else 0
with open(log, "rb") as file:
    file.seek(at)
    while True:
        chunk = file.read(64 << 10)
        chunk = chunk[: chunk.rfind(b"\n") + 1]
        file.seek(at + len(chunk))
        if not chunk:
            time.sleep(0.002)
            continue
        at += len(chunk)
        with open(saved + ".new", "w") as out:
            out.write(str(at))
        os.rename(saved + ".new", saved)
        os.write(1, chunk)
"""


def line(number):
    payload = f"{number:010d} {'x' * (number % 97)}"
    return f"line {zlib.crc32(payload.encode()):08x} {payload}\n"


LINE = re.compile(rb'line ([0-9a-f]{8}) ((\d{10}) x*)')


class Writer(threading.Thread):
    """Appends numbered lines to app.log, in pieces that do not end with lines."""

    def __init__(self, rng, folder):
        super().__init__(daemon=True)
        self.rng, self.path, self.count = rng, folder / "app.log", 0
        self.lock, self.ended, self.left = threading.Lock(), threading.Event(), b""
        self.path.touch()

    def run(self):
        while not self.ended.wait(0.004):
            with self.lock:
                self.write_some(200)

    def write_some(self, count):
        text = self.left + "".join(line(self.count + i + 1) for i in range(count)).encode()
        self.count += count
        cut = len(text) - self.rng.randrange(60)
        with open(self.path, "ab") as file:
            file.write(text[:cut])
        self.left = text[cut:]

    def finish_line(self):
        with open(self.path, "ab") as file:
            file.write(self.left)
        self.left = b""

    def rotate(self, name):
        with self.lock:
            self.finish_line()
            os.rename(self.path, self.path.with_name(name))
            self.path.touch()

    def stop(self):
        self.ended.set()
        self.join()
        self.finish_line()


class Skipped(Exception):
    pass


class Group:
    """Programs joined by pipes: if one ends, all do, and are started again together."""

    def __init__(self, folder, commands):
        self.folder, self.commands, self.processes = folder, commands, []

    def start(self):
        self.processes, source = [], subprocess.DEVNULL
        for number, command in enumerate(self.commands):
            last = number + 1 == len(self.commands)
            with open(self.folder / "errors", "ab") as errors:
                process = subprocess.Popen(command, cwd=self.folder, stdin=source, stdout=subprocess.DEVNULL if last else subprocess.PIPE,
                                           stderr=errors)
            if source is not subprocess.DEVNULL:
                source.close()
            source = process.stdout
            self.processes.append(process)

    def alive(self):
        return [process for process in self.processes if process.poll() is None]

    def wait(self):
        for process in self.processes:
            process.wait(ENDS_WITHIN)
        return [process.returncode for process in self.processes]

    def ended(self):
        return len(self.alive()) < len(self.processes)


class Topology:
    """A way from app.log into the store S. `together`: after a kill everything is started again."""

    together = False

    def __init__(self, folder):
        self.folder = folder

    def groups(self):
        return [["logcollect", "--resume", "S", "app.log*"], ["logparse"], ["logstore", "-q", "-d", "S", "--seal-rows", "20000"]],

    def last_groups(self):
        return [[command[:1] + ["--once"] + command[1:] if command[0] == "logcollect" else command for command in group]
                for group in self.groups()]

    def before_round(self, rng, writer, groups):
        pass

    def stored(self):
        answer = subprocess.run(["logquery", "-q", "-d", "S", "-o", "ndjson", "*"], cwd=self.folder, check=False, stdout=subprocess.PIPE)
        if answer.returncode > 1:  # 1: nothing is there
            raise RuntimeError(f"logquery ended with {answer.returncode}")
        return answer.stdout


class Ring(Topology):
    def groups(self):
        ring = f"ring:{self.folder}/ring"
        return [["logcollect", "--resume", "S", "--to", ring, "app.log*"]], [["logstore", "-q", "-d", "S", "--from", ring]]


class Link(Topology):
    def groups(self):
        where = f"unix:{self.folder}/socket"
        return ([["logcollect", "--resume", "S", "app.log*"], ["logparse"],
                 ["logship", "-q", "--min-backoff", "5ms", "--max-backoff", "20ms", where]],
                [["logrecv", "-q", "--listen", where, "-d", "S"]])


class Spool(Link):
    """The source goes on where the spool ends, not the store; the spool is small, so that its writer waits, too."""

    def groups(self):
        sender, receiver = super().groups()
        sender[0][2] = "spool:Q"
        sender[2][1:1] = ["--spool", "Q", "--spool-size", "256KiB"]
        return sender, receiver


class Rotation(Topology):
    """Renamed at any time; once all is stored, rotated files are deleted, so that new ones get their inode numbers."""

    rotated = 0

    def before_round(self, rng, writer, groups):
        for _ in range(rng.randrange(3)):
            self.rotated += 1
            writer.rotate(f"app.log.{self.rotated}")
        if rng.randrange(4) == 0:
            kill_all(groups)
            with writer.lock:
                writer.finish_line()  # --once takes the last line as it is
                run_to_end(self)
                for path in self.folder.glob("app.log.*"):
                    path.unlink()
            for group in groups:
                group.start()


class Flat(Topology):
    def groups(self):
        return [["logcollect", "--resume", "flat.log", "app.log*"], ["logstore", "-q", "--flat", "-d", "flat.log", "--rotate-size", "300KiB"]],

    def stored(self):
        text = b""
        for path in [*sorted(self.folder.glob("flat-*.zst")), self.folder / "flat.log"]:
            command = ["zstdcat" if path.suffix == ".zst" else "cat", str(path)]
            text += subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        return text


class FullDisk(Topology):
    """The store's file system is full every other moment: the sink waits, and is killed while it waits."""

    together = True

    def __init__(self, folder):
        super().__init__(folder)
        (folder / "S").mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder / "S"], stderr=subprocess.DEVNULL)
        if mounted.returncode != 0:
            raise Skipped("only root may mount")

    def resize(self, size):  # refused if it is less than what is there by now: as well
        subprocess.run(["mount", "-o", f"remount,size={size}", self.folder / "S"], stderr=subprocess.DEVNULL)

    def before_round(self, rng, writer, groups):
        disk = os.statvfs(self.folder / "S")
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize >> 10
        self.resize(f"{used + rng.choice([8, 64, 4096])}k")

    def last_groups(self):
        self.resize("512m")
        return super().last_groups()

    def close(self):
        subprocess.run(["umount", self.folder / "S"], check=False)


class Control(Topology):
    def groups(self):
        return [[sys.executable, "-c", CONTROL, "app.log", "saved"], ["logparse"], ["logstore", "-q", "-d", "S"]],

    def last_groups(self):
        return [[["true"]]]


TOPOLOGIES = {"pipe": Topology, "ring": Ring, "link": Link, "spool": Spool, "rotation": Rotation, "flat": Flat, "full disk": FullDisk, "control": Control}


def wait_for_all(topology, groups):
    """Their statuses. The receiver of a link ends when it is told to; whoever waits for a program that failed is killed."""
    end, told = time.monotonic() + ENDS_WITHIN, False
    while any(group.alive() for group in groups):
        failed = any(process.poll() for group in groups for process in group.processes)
        if failed or time.monotonic() > end:
            time.sleep(0.5)  # what can end by itself does
            kill_all(groups)
        elif isinstance(topology, Link) and not groups[0].alive() and not told:
            told = True
            for process in groups[1].alive():
                process.terminate()
        time.sleep(0.01)
    return [process.returncode for group in groups for process in group.processes]


def run_to_end(topology, tries=10):
    """The same programs with --once: status 4 says that starting again may help."""
    for _ in range(tries):
        groups = [Group(topology.folder, commands) for commands in topology.last_groups()]
        for group in groups:
            group.start()
        statuses = wait_for_all(topology, groups)
        if not any(statuses):
            return
        if any(status not in (0, 4, -signal.SIGKILL) for status in statuses):
            break
    raise RuntimeError(f"the run to the end ended with {statuses}: {last_error(topology.folder)}")


def last_error(folder):
    errors = (folder / "errors").read_text(errors="replace").splitlines()
    return errors[-1] if errors else "no message"


def disturb(rng, groups):
    """Returns how many were killed."""
    alive = [process for group in groups for process in group.alive()]
    if not alive:  # they ended with a neighbour that was killed before
        return 0
    if rng.randrange(5) == 0:
        paused = rng.choice(alive)
        paused.send_signal(signal.SIGSTOP)
        time.sleep(rng.random() * 0.2)
        paused.send_signal(signal.SIGCONT)
        return 0
    victims = rng.sample(alive, rng.randrange(1, len(alive) + 1))
    for process in victims:
        process.kill()
    for process in victims:
        process.wait()
    return len(victims)


def kill_all(groups):
    for group in groups:
        for process in group.alive():
            process.kill()
        group.wait()


def restart(topology, groups):
    if topology.together and any(group.ended() for group in groups):
        kill_all(groups)
    for group in reversed(groups):  # receivers first: senders keep trying
        if group.ended():
            try:
                group.wait()
            except subprocess.TimeoutExpired:
                raise RuntimeError(f"{[process.args[0] for process in group.alive()]} did not end {ENDS_WITHIN} s after a neighbour did")
            group.start()


def judge(topology, count):
    seen, damaged = bytearray(count + 1), 0
    repeated = 0
    for found in LINE.finditer(topology.stored()):
        number = int(found[3])
        if zlib.crc32(found[2]) != int(found[1], 16) or number > count:
            damaged += 1
        elif seen[number]:
            repeated += 1
        else:
            seen[number] = 1
    return count - sum(seen), repeated, damaged


def run(name, folder, rounds, seed):
    rng = random.Random(f"{seed} {name}")
    if name == "control":
        rounds = max(rounds, CONTROL_ROUNDS)
    folder.mkdir()
    topology = TOPOLOGIES[name](folder)
    writer = Writer(random.Random(seed), folder)
    started, killed = time.monotonic(), 0
    groups = [Group(folder, commands) for commands in topology.groups()]
    try:
        writer.start()
        for group in groups:
            group.start()
        for _ in range(rounds):
            topology.before_round(rng, writer, groups)
            time.sleep(rng.random() * 0.15)  # not to wait for something: to hit anything
            killed += disturb(rng, groups)
            restart(topology, groups)
        writer.stop()
        kill_all(groups)
        run_to_end(topology)
        missing, repeated, damaged = judge(topology, writer.count)
    finally:
        writer.ended.set()
        kill_all(groups)
        if hasattr(topology, "close"):
            topology.close()
    print(f"{name:<10} {rounds:>7} {killed:>7} {writer.count:>9} {missing:>9} {repeated:>9} {damaged:>9} {time.monotonic() - started:>8.1f}",
          flush=True)
    return missing > 0 if name == "control" else missing == repeated == damaged == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=400, help="of each topology")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--topology", action="append", choices=TOPOLOGIES, help="one of them only; may be repeated")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    print(f"{'topology':<10} {'rounds':>7} {'killed':>7} {'lines':>9} {'missing':>9} {'repeated':>9} {'damaged':>9} {'seconds':>8}")
    failed = False
    for name in arguments.topology or TOPOLOGIES:
        folder = Path.cwd() / name.replace(" ", "-")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            exact = run(name, folder, arguments.rounds, arguments.seed)
        except Skipped as reason:
            print(f"{name:<10} skipped: {reason}")
            continue
        except RuntimeError as error:
            print(f"{name:<10} FAILED: {error}")
            exact = False
        if not exact:
            failed = True
            print(f"{name}: FAILED; repeat with --seed {arguments.seed} --rounds {arguments.rounds} --topology '{name}'")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return failed


sys.exit(main())
