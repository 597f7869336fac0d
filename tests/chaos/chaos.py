#!/usr/bin/env python3
"""Kills programs of whole pipelines with -9, stops and continues them, tears their connections, while lines are written; then proves with
the lines' own numbers and checksums that each is stored exactly once.

    chaos.py [--kills N] [--seed N] [--topology NAME]...     in an empty folder, the programs on PATH

A round: new lines, a random moment, kill -9 of some of the programs (or a pause of one), and all that ended is started again. After the
last round everything is read to its end. One row a topology; exit status 1 if a line is missing, repeated or damaged: with copytruncate,
missing otherwise than at the end of a truncated file. `control` is a collector that saves its offset when it hands lines over, under the
same kills: it must lose lines, or the harness sees nothing.
"""
import argparse
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True  # nothing is left in the source tree
from lines import Verdict, Writer
from programs import ENDS_WITHIN
from topologies import TOPOLOGIES, Skipped

CONTROL_KILLS = 20  # at least: each kill loses what was on its way, if anything was
STATISTICS = re.compile(r"^(log\w+): ([\d,]+) in, ([\d,]+) out, [\d,]+ dropped.*?, ([\d,]+) pending;", re.MULTILINE)
COLUMNS = "{:<12} {:>7} {:>7} {:>6} {:>10} {:>9} {:>9} {:>9} {:>11} {:>8}"


class Chaos:
    """One topology."""

    def __init__(self, topology, rng, writer):
        self.topology, self.rng, self.writer = topology, rng, writer
        self.groups = topology.groups()
        self.rounds = self.killed = 0

    def run(self, kills):
        self.writer.start()
        self.start_all()
        self.topology.started(self.groups)
        while self.killed < kills:
            self.rounds += 1
            self.topology.before_round(self)
            time.sleep(self.rng.random() * 0.15)  # not to wait for something: to hit anything
            self.disturb()
            self.restart()
        self.writer.stop()
        self.topology.before_last()
        self.kill_all()
        self.run_to_end()

    def start_all(self):
        for group in reversed(self.groups):  # receivers first: senders keep trying
            group.start()

    def disturb(self):
        alive = [process for group in self.groups for process in group.alive()]
        if not alive:  # they ended with a neighbour that was killed before
            return
        if self.rng.randrange(5) == 0:
            paused = self.rng.choice(alive)
            paused.send_signal(signal.SIGSTOP)
            time.sleep(self.rng.random() * 0.2)
            paused.send_signal(signal.SIGCONT)
            return
        victims = self.rng.sample(alive, self.rng.randrange(1, len(alive) + 1))
        for process in victims:
            process.kill()
        for process in victims:
            process.wait()
        self.killed += len(victims)

    def restart(self):
        if self.topology.together and any(group.ended() for group in self.groups):
            self.kill_all()
        for group in reversed(self.groups):
            if group.ended():
                try:
                    group.wait()
                except subprocess.TimeoutExpired as error:
                    names = [process.args[0] for process in group.alive()]
                    raise RuntimeError(f"{names} did not end {ENDS_WITHIN} s after a neighbour did") from error
                group.start()

    def kill_all(self):
        kill_all(self.groups)

    def run_to_end(self, tries=10):
        """The same programs with --once: status 4 says that starting again may help. What they say that they did must add up."""
        (self.topology.folder / "errors").touch()
        for _ in range(tries):
            said_before = len(errors(self.topology.folder))
            groups = self.topology.groups(last=True)
            for group in reversed(groups):
                group.start()
            statuses = self.wait_for_all(groups)
            if not any(statuses):
                return check_statistics(groups, errors(self.topology.folder)[said_before:])
            if any(status not in (0, 4, -signal.SIGKILL) for status in statuses):
                break
        raise RuntimeError(f"the run to the end ended with {statuses}: {last_error(self.topology.folder)}")

    def wait_for_all(self, groups):
        """Their statuses. The receiver of a link ends when it is told to; whoever waits for a program that failed is killed."""
        end, moved, told = time.monotonic() + ENDS_WITHIN, 0, False
        while any(group.alive() for group in groups):
            if (now_moved := bytes_moved(groups)) != moved:
                end, moved = time.monotonic() + ENDS_WITHIN, now_moved
            failed = any(process.poll() for group in groups for process in group.processes)
            if failed or time.monotonic() > end:
                time.sleep(0.5)  # what can end by itself does
                kill_all(groups)
            elif not told and self.topology.told_to_end and not groups[0].alive():
                told = True
                for number in self.topology.told_to_end:
                    groups[number].processes[0].terminate()
            time.sleep(0.01)
        return [process.returncode for group in groups for process in group.processes]


def bytes_moved(groups):
    moved = 0
    for process in [process for group in groups for process in group.alive()]:
        try:
            text = Path(f"/proc/{process.pid}/io").read_text()
        except OSError:
            continue
        moved += sum(int(row.split()[1]) for row in text.splitlines()[:2])
    return moved


def kill_all(groups):
    for group in groups:
        for process in group.alive():
            process.kill()
        group.wait()


def errors(folder):
    return (folder / "errors").read_text(errors="replace")


def last_error(folder):
    return (errors(folder).splitlines() or ["no message"])[-1]


def check_statistics(groups, said):
    """Each program: nothing is pending at an orderly end. Two with a pipe between them: the one takes in what the other gave out."""
    counts = {found[1]: [int(number.replace(",", "")) for number in found.groups()[1:]] for found in STATISTICS.finditer(said)}
    for group in groups:
        given = None
        for command in group.commands:
            if "--stats" not in command:
                continue
            if command[0] not in counts:
                raise RuntimeError(f"{command[0]} said nothing of what it did")
            taken, out, pending = counts[command[0]]
            if pending != 0 or (given not in (None, taken) and command[0] != "logship"):  # which also sends what was in its spool
                raise RuntimeError(f"{command[0]}: {taken} in, {out} out, {pending} pending; {given} were given to it")
            given = out


def run(name, folder, kills, seed):
    """Whether all is as it must be; prints a row."""
    folder.mkdir()
    began = time.monotonic()
    topology = TOPOLOGIES[name](folder, random.Random(f"{seed} {name} topology"))
    writer = Writer(random.Random(seed), folder)
    chaos = Chaos(topology, random.Random(f"{seed} {name}"), writer)
    try:
        chaos.run(max(kills, CONTROL_KILLS) if name == "control" else kills)
        found = Verdict(writer.count)
        found.take(topology.stored())
        good, gap_bytes = topology.verdict(found, writer)
    finally:
        writer.ended.set()
        topology.close()
        chaos.kill_all()
    row = [chaos.rounds, chaos.killed, topology.torn(), writer.count, found.missing(), found.repeated, found.damaged, gap_bytes]
    print(COLUMNS.format(name, *row, f"{time.monotonic() - began:.1f}"), flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000, help="of each topology, at least")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--topology", action="append", choices=TOPOLOGIES, help="one of them only; may be repeated")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    print(COLUMNS.format("topology", "rounds", "killed", "torn", "lines", "missing", "repeated", "damaged", "GAP bytes", "seconds"), flush=True)
    failed = False
    for name in arguments.topology or TOPOLOGIES:
        folder = Path.cwd() / name.replace(" ", "-")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            good = run(name, folder, arguments.kills, arguments.seed)
        except Skipped as reason:
            print(f"{name:<12} skipped: {reason}")
            shutil.rmtree(folder, ignore_errors=True)
            continue
        except RuntimeError as error:
            print(f"{name:<12} FAILED: {error}")
            good = False
        if not good:
            failed = True
            print(f"{name}: FAILED; repeat with --seed {arguments.seed} --kills {arguments.kills} --topology '{name}'")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
