"""Numbered lines with checksums: who writes them to a log, and who finds them again in what was stored."""
import os
import re
import threading
import zlib

LINE = re.compile(rb"line ([0-9a-f]{8}) ((\d{10}) x*)")
LONGEST = 200  # bytes of a line, and more
LINES_AT_ONCE = 200
PAUSE = 0.004  # seconds between them


def line(number):
    payload = f"{number:010d} {'x' * (number % 97)}"
    return f"line {zlib.crc32(payload.encode()):08x} {payload}\n"


def length(number):
    return 26 + number % 97


class Writer(threading.Thread):
    """Appends numbered lines to app.log, in pieces that do not end with lines."""

    def __init__(self, rng, folder):
        super().__init__(daemon=True)
        self.rng, self.path, self.count = rng, folder / "app.log", 0
        self.lock, self.ended, self.left = threading.Lock(), threading.Event(), b""
        self.truncated_after = []  # numbers of the last lines before copytruncate
        self.path.touch()

    def run(self):
        while not self.ended.wait(PAUSE):
            with self.lock:
                self.write_some(LINES_AT_ONCE)

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

    def truncate(self):
        with self.lock:
            self.finish_line()
            os.truncate(self.path, 0)
            self.truncated_after.append(self.count)

    def stop(self):
        self.ended.set()
        self.join()
        self.finish_line()


class Verdict:
    """What became of the lines 1 to `count`."""

    def __init__(self, count):
        self.count, self.seen = count, bytearray(count + 1)
        self.repeated = self.damaged = 0

    def take(self, chunks):
        rest = b""
        for chunk in chunks:
            text = rest + chunk
            settled = max(len(text) - LONGEST, 0)  # a line that begins before is whole
            begin = 0
            for found in LINE.finditer(text):
                if found.start() >= settled:
                    break
                begin = found.end()
                self.take_line(found)
            rest = text[max(begin, settled):]
        for found in LINE.finditer(rest):
            self.take_line(found)

    def take_line(self, found):
        number = int(found[3])
        if zlib.crc32(found[2]) != int(found[1], 16) or number > self.count:
            self.damaged += 1
        elif self.seen[number]:
            self.repeated += 1
        else:
            self.seen[number] = 1

    def missing(self):
        return self.count - sum(self.seen)

    def missing_bytes(self, first, last):
        return sum(length(number) for number in range(first, last + 1) if not self.seen[number])

    def missing_runs(self):
        """The first number of each."""
        return [number for number in range(1, self.count + 1) if not self.seen[number] and (number == 1 or self.seen[number - 1])]
