"""The ways from app.log into a sink that are put to the test."""
import json
import os
import signal
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections import Counter

from lines import length
from programs import READY, Group, TornLink

# A collector that saves its offset when it hands lines over.
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


class Skipped(Exception):
    pass


def output_of(command, folder, statuses=(0,)):
    """In chunks."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as program:
        while chunk := program.stdout.read(1 << 20):
            yield chunk
    if program.returncode not in statuses:
        raise RuntimeError(f"{command[0]} ended with {program.returncode}")


class Topology:
    """A pipe. `together`: after a kill everything is started again. `told_to_end`: the groups whose first program ends when it is told to."""

    together = False
    told_to_end = ()

    def __init__(self, folder, rng):
        self.folder, self.rng = folder, rng

    def commands(self):
        return [["logcollect", "--resume", "S", "app.log*"], ["logparse"], ["logstore", "-q", "-d", "S", "--seal-rows", "20000"]],

    def groups(self, last=False):
        """`last`: which read to the end of what is there."""
        return [Group(self.folder, [self.to_the_end(command) if last else command for command in commands], self.on_ready)
                for commands in self.commands()]

    @staticmethod
    def to_the_end(command):
        return command[:1] + (["--once"] if command[0] == "logcollect" else []) + ["--stats"] + command[1:]

    def on_ready(self, address):
        pass

    def started(self, groups):
        pass

    def before_round(self, chaos):
        pass

    def before_last(self):
        pass

    def stored(self):
        return output_of(["logquery", "-q", "-d", "S", "-o", "ndjson", "*"], self.folder, statuses=(0, 1))  # 1: nothing is there

    def verdict(self, found, writer):
        """Whether it is what was promised, and the bytes that gaps tell of."""
        return found.missing() == found.repeated == found.damaged == 0, 0

    def torn(self):
        return 0

    def close(self):
        pass


class Ring(Topology):
    def commands(self):
        ring = f"ring:{self.folder}/ring?size=1MiB"
        return [["logcollect", "--resume", "S", "--to", ring, "app.log*"]], [["logstore", "-q", "-d", "S", "--from", ring]]


class Link(Topology):
    """Over TCP, and the connections break."""

    told_to_end = (1,)

    def __init__(self, folder, rng):
        super().__init__(folder, rng)
        self.link = TornLink()

    def on_ready(self, address):
        self.link.lead_to(address)

    def commands(self):
        return ([["logcollect", "--resume", "S", "app.log*"], ["logparse"],
                 ["logship", "-q", "--min-backoff", "5ms", "--max-backoff", "20ms", self.link.address]],
                [["logrecv", "-q", "--listen", "tcp://127.0.0.1:0", "--ready-fd", READY, "-d", "S"]])

    def before_round(self, chaos):
        if self.rng.randrange(2) == 0:
            time.sleep(self.rng.random() * 0.05)
            self.link.tear()

    def torn(self):
        return self.link.torn

    def close(self):
        self.link.close()


class Spool(Link):
    """The source goes on where the spool ends, not the store; the spool is small, so that its writer waits, too."""

    def commands(self):
        sender, receiver = super().commands()
        sender[0][2] = "spool:Q"
        sender[2][1:1] = ["--spool", "Q", "--spool-size", "256KiB"]
        return sender, receiver


class Inbox(Link):
    """The receiver has no store: what it acknowledged is in its spool until the store at the end of its pipe has it."""

    def commands(self):
        (collect, *others), (receiver,) = super().commands()
        return ([["logcollect", "--resume", "spool:Q", collect[-1]], *others],
                [[*receiver[:-2], "--spool", "Q", "--spool-size", "256KiB", "--resume", "S"], ["logstore", "-q", "-d", "S"]])


class Rotation(Topology):
    """Renamed at any time; once all is stored, rotated files are deleted, so that new ones get their inode numbers."""

    rotated = 0

    def before_round(self, chaos):
        for _ in range(self.rng.randrange(3)):
            self.rotated += 1
            chaos.writer.rotate(f"app.log.{self.rotated}")
        if self.rng.randrange(4) == 0:
            self.delete_rotated(chaos)

    def delete_rotated(self, chaos):
        chaos.kill_all()
        with chaos.writer.lock:
            chaos.writer.finish_line()  # --once takes the last line as it is
            chaos.run_to_end()
            for path in self.folder.glob("app.log.*"):
                path.unlink()
        chaos.start_all()


class CopyTruncate(Topology):
    """What is truncated unread is lost, and only that; wherever lines are missing a gap is told of, and what gaps tell of is missing."""

    def commands(self):
        (collect, *others), = super().commands()
        return [[*collect[:-1], "app.log"], *others],

    def before_round(self, chaos):
        if self.rng.randrange(3) == 0:
            chaos.writer.truncate()

    def verdict(self, found, writer):
        told, gaps = 0, Counter()
        for chunk in output_of(["logquery", "-q", "-d", "S", "-o", "ndjson", "gap_to=*"], self.folder, statuses=(0, 1)):
            for text in chunk.splitlines():
                gap = json.loads(text)
                told += gap["gap_to"] - gap["gap_from"]
                gaps[gap["gap_from"]] += 1
        first, lost, tails_only = 1, 0, True
        for last in [*writer.truncated_after, writer.count]:
            seen = found.seen[first:last + 1]
            tails_only &= 0 not in seen[:seen.rfind(1) + 1]  # what is lost of a file is its end
            lost += found.missing_bytes(first, last)
            first = last + 1
        untold = Counter(self.position_before(number, writer) for number in found.missing_runs() if number > 1) - gaps
        return found.repeated == found.damaged == 0 and tails_only and told <= lost and not untold and 0 not in seen, told

    @staticmethod
    def position_before(number, writer):
        """Where the line before this one ended in its file."""
        begun = bisect_left(writer.truncated_after, number - 1)
        return sum(length(line) for line in range(writer.truncated_after[begun - 1] + 1 if begun else 1, number))


class Slow(Topology):
    """The sink is asleep four fifths of the time, so that all before it wait; rotated files are read when their turn comes."""

    rotated = 0

    def __init__(self, folder, rng):
        super().__init__(folder, rng)
        self.ended = threading.Event()

    def started(self, groups):
        threading.Thread(target=self.brake, args=[groups], daemon=True).start()

    def brake(self, groups):
        while not self.ended.is_set():
            for name, pause in ((signal.SIGSTOP, 0.08), (signal.SIGCONT, 0.02)):
                for process in [group.processes[-1] for group in groups if group.processes]:
                    process.send_signal(name)
                self.ended.wait(pause)

    def before_round(self, chaos):
        if self.rng.randrange(3) == 0:
            self.rotated += 1
            chaos.writer.rotate(f"app.log.{self.rotated}")

    def before_last(self):
        self.ended.set()

    close = before_last


class Flat(Topology):
    def commands(self):
        return [["logcollect", "--resume", "flat.log", "app.log*"], ["logstore", "-q", "--flat", "-d", "flat.log", "--rotate-size", "300KiB"]],

    def stored(self):
        for path in [*sorted(self.folder.glob("flat-*.zst")), self.folder / "flat.log"]:
            yield from output_of(["zstdcat" if path.suffix == ".zst" else "cat", str(path)], self.folder)


class FullDisk(Topology):
    """The store's file system is full every other moment: the sink waits, and is killed while it waits."""

    together = True

    def __init__(self, folder, rng):
        super().__init__(folder, rng)
        (folder / "S").mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder / "S"], stderr=subprocess.DEVNULL, check=False)
        if mounted.returncode != 0:
            raise Skipped("only root may mount")

    def resize(self, size):  # refused if it is less than what is there by now: as well
        subprocess.run(["mount", "-o", f"remount,size={size}", self.folder / "S"], stderr=subprocess.DEVNULL, check=False)

    def before_round(self, chaos):
        disk = os.statvfs(self.folder / "S")
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize >> 10
        self.resize(f"{used + self.rng.choice([8, 64, 4096])}k")

    def before_last(self):
        self.resize("2g")

    def close(self):
        subprocess.run(["umount", self.folder / "S"], check=False)


class Control(Topology):
    """Must lose lines, or the harness sees nothing."""

    def commands(self):
        return [[sys.executable, "-c", CONTROL, "app.log", "saved"], ["logparse"], ["logstore", "-q", "-d", "S"]],

    def groups(self, last=False):
        return [Group(self.folder, [["true"]])] if last else super().groups()

    def verdict(self, found, writer):
        return found.missing() > 0, 0


TOPOLOGIES = {"pipe": Topology, "ring": Ring, "link": Link, "spool": Spool, "inbox": Inbox, "rotation": Rotation, "copytruncate": CopyTruncate, "slow sink": Slow,
              "flat": Flat, "full disk": FullDisk, "control": Control}
