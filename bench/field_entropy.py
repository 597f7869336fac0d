#!/usr/bin/env python3
"""How many bytes a record are there to be stored, if each field is stored by itself?

Reads NDJSON; prints the entropy of each field in bytes a record, and their sum: of order 0, by how often each value occurs. Of timestamps
that of the steps; of strings of hexadecimal digits, all different, their bits; of other strings with digits that of the text around the
runs of digits, and of what stands in each such run. Runs of digits that are as different as rows are few count by their range: each value
occurring once says nothing about how many there could be.
"""
import collections, json, math, re, sys

RUN = re.compile(r"\d+")


def entropy(values):
    counts = collections.Counter(values)
    total = sum(counts.values())
    return -sum(n * math.log2(n / total) for n in counts.values())


def of_numbers(values):
    """In all, in bits. Few of each: as if spread evenly over their range."""
    distinct = len(set(values))
    if distinct * 2 < len(values):
        return entropy(values)
    return len(values) * math.log2(max(values) - min(values) + 1)


def of_strings(values):
    if len(set(values)) == len(values) and all(re.fullmatch(r"[0-9a-f]{32}", v) for v in values):
        return 128.0 * len(values)
    slots = collections.defaultdict(list)
    around = []
    for value in values:
        frame = RUN.sub("#", value)
        around.append(frame)
        for place, run in enumerate(RUN.findall(value)):
            slots[frame, place].append(run)
    return entropy(around) + sum(entropy(map(len, runs)) + of_numbers(list(map(int, runs))) for runs in slots.values())


def microseconds(stamp):
    clock, _, fraction = stamp.rstrip("Z").partition("T")[2].partition(".")
    hours, minutes, seconds = map(int, clock.split(":"))
    return (hours * 3600 + minutes * 60 + seconds) * 1_000_000 + int(fraction.ljust(6, "0") if fraction else 0)


fields = collections.defaultdict(list)
rows = 0
for line in sys.stdin:
    rows += 1
    for name, value in json.loads(line).items():
        fields[name].append(value)

total = 0.0
for name, values in fields.items():
    presence = entropy([True] * len(values) + [False] * (rows - len(values)))
    if name == "timestamp":
        times = list(map(microseconds, values))
        bits = entropy(b - a for a, b in zip(times, times[1:]))
    elif all(isinstance(value, str) for value in values):
        bits = min(of_strings(values), entropy(values) if len(set(values)) * 4 < len(values) else math.inf)
    else:
        bits = entropy(values)
    total += bits + presence
    print(f"    {name:<24} {(bits + presence) / 8 / rows:8.3f} bytes a record", file=sys.stderr)
print(f"{total / 8 / rows:.2f}")
