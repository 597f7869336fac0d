"""Commands against each other: by turns, because machines are noisy."""
import os
import resource
import statistics
import subprocess
import time


def race(*commands, runs=None):
    """Of each command the best wall clock and the median of user and system time together, in ms, and the output."""
    walls, cpus, outs = ([[] for _ in commands] for _ in range(3))
    for _ in range(runs or int(os.environ["RUNS"])):
        for i, command in enumerate(commands):
            before, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            outs[i] = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE).stdout.decode().strip()
            walls[i].append(time.monotonic() - before)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpus[i].append(after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime)
    return [(min(walls[i]) * 1e3, statistics.median(cpus[i]) * 1e3, outs[i]) for i in range(len(commands))]
