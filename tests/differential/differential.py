"""Random queries over random stores, answered by logquery and by a naive scanner that knows nothing of columns, indexes or threads.

A store is made of several segments, sealed and live, with late records, nulls, mixed types, Unicode, rare fields; some are indexed, compacted, or have
had records deleted. Each query runs with a random number of threads, over the store or over the NDJSON itself. The
first difference ends the run with the seed, the query and both answers. SEED is where to begin (default 1), DIFFERENTIAL_SECONDS how long.
"""
import collections, json, math, os, random, re, subprocess, sys, time
from decimal import Decimal

SECONDS = float(os.environ.get("DIFFERENTIAL_SECONDS", "4"))
QUERIES_A_STORE = 25
LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
START = 1767225600  # 2026-01-01

# ---------------------------------------------------------------------------------------------- records


class Number(Decimal):
    """A number as it was written: 1.50 is not 1.5."""


def value(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def plain(v):
    if isinstance(v, str):
        return v
    if v is None or isinstance(v, bool):
        return json.dumps(v)
    return str(v) if isinstance(v, Decimal) else json.dumps(v, separators=(",", ":"))


WORDS = ["timeout", "Timeout", "reset", "peer", "connection", "user", "zürich", "x-y", "a1b2", "404", "GET", "naïve", "the", "ERROR"]
SERVICES = ["auth", "Auth", "payments", "web-1", "web-2", "größe", "", "null"]


def number_text(r):
    return r.choice([str(r.randint(-3, 30)), f"{r.randint(0, 400) / 10:.1f}", f"{r.randint(0, 9000) / 100:.2f}", str(r.randint(10**15, 10**18))])


def message(r):
    kind = r.randrange(6)
    if kind == 0:
        return f"user {r.choice(WORDS)} logged in from 10.{r.randrange(3)}.0.{r.randrange(9)}:{r.randrange(40000, 40050)}"
    if kind == 1:
        return f"GET /api/v{r.randrange(3)}/orders/{r.randrange(2000)} {r.choice([200, 404, 500])} in {r.random() * 50:.2f} ms"
    if kind == 2:
        return f"request {r.getrandbits(64):016x} done, trace {r.getrandbits(32):08x}-{r.randrange(100)}"
    if kind == 3:
        return f'cart "{r.choice(WORDS)}" of {r.choice(WORDS)}: {r.randrange(5):03d} items\n\tline two {r.randrange(10)}'
    if kind == 4:
        return " ".join(r.choice(WORDS) for _ in range(r.randrange(7)))
    return f"connection reset by peer ({r.choice(WORDS)}{r.randrange(20)})"


def make_record(r, n, plan):
    record = {"n": Number(n)}
    late = r.choice([0, 0, 0, 0, r.randrange(5), r.randrange(100000)])
    moment = START * 10**6 + n * plan.step_us - late * 10**6
    record["timestamp"] = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 10**6)) + f".{moment % 10**6:06d}Z"
    if r.random() < 0.95:
        record["level"] = r.choice(LEVELS)
    if r.random() < 0.9:
        record["service"] = r.choice(SERVICES)
    if r.random() < plan.has_trace:
        record["trace_id"] = plan.traces[r.randrange(min(len(plan.traces), n // 4 + 1))]
    if r.random() < plan.has_message:
        record["message"] = message(r)
    if r.random() < 0.8:
        record["status"] = Number(r.choice([200, 200, 200, 404, 500, 503]))
    if r.random() < 0.8:
        record["ms"] = Number(f"{r.paretovariate(1):.2f}") if r.random() < plan.decimals else Number(r.randrange(300))
    if r.random() < plan.mixed:
        record["mixed"] = value(r.choice(["null", "true", "false", '"text"', '"12"', "12", "12.0", "12.50", '["a","b"]', number_text(r), '""']))
    if r.random() < plan.rare:
        record[f"k{r.randrange(120)}"] = r.choice(["v", Number(1), None])
    return record


def to_json(record):
    def text(v):
        return str(v) if isinstance(v, Decimal) else json.dumps(v, ensure_ascii=False, separators=(",", ":"))
    return "{" + ",".join(json.dumps(k) + ":" + text(v) for k, v in record.items()) + "}"


class Plan:
    def __init__(self, r):
        self.rows = r.choice([40, 300, 300, 2500, 6000])
        self.step_us = r.choice([1, 1000, 100_000, 5_000_000])
        self.has_trace = r.choice([0, 0.7, 1])
        self.has_message = r.choice([0.5, 0.97, 1, 1])
        self.mixed = r.choice([0, 0.3])
        self.rare = r.choice([0, 0, 0.5])
        self.decimals = r.choice([0, 0.5, 1])
        self.traces = [f"{r.getrandbits(128):032x}" for _ in range(max(1, self.rows // 3))]


# ---------------------------------------------------------------------------------------------- the naive scanner


def nanoseconds(text):
    day, fraction = re.fullmatch(r"(.{19})(?:\.(\d+))?Z", text).groups()
    return int(__import__("calendar").timegm(time.strptime(day, "%Y-%m-%dT%H:%M:%S"))) * 10**9 + int((fraction or "0").ljust(9, "0"))


def amount(v):
    if isinstance(v, Decimal):
        return float(v)
    if isinstance(v, str) and re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", v):
        return float(v)
    return None


def lower(text):
    return re.sub(rb"[A-Z]", lambda m: m.group().lower(), text.encode())


def has_word(needle, text, prefix=False):
    token = rb"[0-9a-zA-Z\x80-\xff]"
    needle, text = lower(needle), lower(text)
    before = rb"(?<!" + token + rb")" if re.match(token, needle) else b""
    after = rb"(?!" + token + rb")" if not prefix and re.match(token, needle[-1:]) else b""
    return re.search(before + re.escape(needle) + after, text) is not None


class Term:
    """A test of one field, with its text in the query language."""

    def __init__(self, text, test, field=None):
        self.text, self.test, self.field = text, test, field

    def matches(self, record):
        if self.field is not None:
            return self.field in record and self.test(record[self.field])
        if "message" in record:
            return self.test(record["message"])
        return any(self.test(v) for k, v in record.items() if k != "timestamp")


class Joined:
    def __init__(self, kind, parts):
        self.kind, self.parts = kind, parts
        texts = [part.text for part in parts]
        self.text = f"NOT ({texts[0]})" if kind == "NOT" else "(" + (" OR " if kind == "OR" else " ").join(texts) + ")"

    def matches(self, record):
        if self.kind == "NOT":
            return not self.parts[0].matches(record)
        return (any if self.kind == "OR" else all)(part.matches(record) for part in self.parts)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def random_term(r, records):
    some = r.choice(records)
    kind = r.randrange(15)
    if kind == 0:
        level = r.choice(LEVELS)
        if r.random() < 0.5:
            return Term(f"level={level}", lambda v: v == level, "level")
        return Term(f"level>={level.lower()}", lambda v: LEVELS.index(v) >= LEVELS.index(level), "level")
    if kind == 1:
        service = r.choice(SERVICES)
        return Term(f"service={quoted(service)}", lambda v: plain(v) == service, "service")
    if kind == 2:
        a, b = r.choice(SERVICES[:4]), r.choice(SERVICES[:4])
        return Term(f"service in ({a}, {b})", lambda v: v in (a, b), "service")
    if kind == 3:
        prefix = r.choice(["a", "web", "gr", ""])
        return Term(f"service={prefix}*", lambda v: plain(v).startswith(prefix), "service")
    if kind == 4:
        trace = r.choice([some.get("trace_id", "0" * 32), f"{r.getrandbits(128):032x}"])
        return Term(f"trace_id={trace}", lambda v: v == trace, "trace_id")
    if kind == 5:
        word = r.choice(WORDS)
        return Term(quoted(word), lambda v: has_word(word, plain(v)))
    if kind == 6:
        word = r.choice(["time", "conn", "re", "404", "10", "a1", "pe"])
        return Term(word + "*", lambda v: has_word(word, plain(v), prefix=True))
    if kind == 7:
        phrase = r.choice(["reset by peer", "logged in from 10", "line two 3", "timeout the", "by", "200 in", "done, trace", "v1/orders"])
        return Term(quoted(phrase), lambda v: has_word(phrase, plain(v)))
    if kind == 8 and "message" in some:
        # Any piece of a message.
        text = some["message"]
        start = r.randrange(len(text) + 1)
        piece = re.sub(r"[\n\t]", ".", re.escape(text[start:start + r.randrange(1, 14)]).replace("\\ ", " ").replace("/", "\\/").replace("\\\n", ".").replace("\\\t", "."))
        pattern = re.compile(piece.replace("\\/", "/"), re.S)
        return Term(f"message~/(?s){piece}/", lambda v: pattern.search(plain(v)) is not None, "message") if piece else Term("*", lambda v: True, "n")
    if kind == 9:
        source = r.choice(["user [a-z]+ logged", "[0-9]+9 in", "^conn.*peer", "orders.[0-9]*7 ", "e{1}r$", "(GET|cart) ", "zürich", "trace [0-9a-f]{3}", "\\d\\d:\\d", "of.*00[1-3]"])
        pattern = re.compile(source, re.I if (fold := r.random() < 0.3) else 0)
        return Term(f"message~/{source}/{'i' if fold else ''}", lambda v: pattern.search(plain(v)) is not None, "message")
    if kind == 10:
        field, limit = r.choice(["status", "ms", "mixed", "n"]), r.choice([0, 3, 12, 200, 250.5, 404])
        op, test = r.choice([("<", lambda a: a < limit), ("<=", lambda a: a <= limit), (">", lambda a: a > limit), (">=", lambda a: a >= limit)])
        return Term(f"{field}{op}{limit}", lambda v: (a := amount(v)) is not None and test(a), field)
    if kind == 11:
        field, wanted = r.choice(["status", "ms", "mixed"]), r.choice(["200", "12", "12.5", "503", "12.0", "true", "null", "text"])
        as_number = amount(wanted)
        return Term(f"{field}={wanted}", lambda v: float(v) == as_number if as_number is not None and isinstance(v, Decimal) else plain(v) == wanted, field)
    if kind == 12:
        field = r.choice(["service", "mixed", "trace_id", "k7", "message", "level", "nowhere"])
        return Term(f"{field}?", lambda v: v is not None, field)
    if kind == 13:
        moment = nanoseconds(some["timestamp"])
        op, test = r.choice([("<", lambda t: t < moment), (">=", lambda t: t >= moment)])
        return Term(f"timestamp{op}{quoted(some['timestamp'])}", lambda v: test(nanoseconds(v)), "timestamp")
    piece = r.choice(["*eset*", "*in*", "GET*ms", "*user*10.1*", "connection*", "*00*items*"])
    pattern = re.compile(".*".join(map(re.escape, piece.split("*"))), re.S)
    return Term(f"message={piece}", lambda v: pattern.fullmatch(plain(v)) is not None, "message")


def random_filter(r, records, depth=0):
    if depth > 2 or r.random() < 0.45:
        return random_term(r, records)
    kind = r.choice(["AND", "AND", "OR", "NOT"])
    return Joined(kind, [random_filter(r, records, depth + 1) for _ in range(1 if kind == "NOT" else 2)])


def key_of(record, field):
    """A group's value, in a form that compares: kinds apart, numbers as written."""
    if field not in record:
        return "-"
    v = record[field]
    return type(v).__name__ + ":" + plain(v)


FUNCTIONS = {
    "count": lambda values, rows: rows,
    "min": lambda values, rows: min(values, default=None),
    "max": lambda values, rows: max(values, default=None),
    "sum": lambda values, rows: math.fsum(values) if values else None,
    "avg": lambda values, rows: math.fsum(values) / len(values) if values else None,
    "p50": lambda values, rows: sorted(values)[max(1, math.ceil(len(values) * 0.5)) - 1] if values else None,
    "p99": lambda values, rows: sorted(values)[max(1, math.ceil(len(values) * 0.99 - 1e-9)) - 1] if values else None,
}


class Groups:
    def __init__(self, r):
        self.by = r.sample(["service", "level", "status", "mixed", "trace_id", "k7"], r.randrange(3))
        self.span = r.choice([0, 0, 0, 10, 3600])
        if self.span and r.random() < 0.5:
            self.by = [field for field in self.by if field != "trace_id"][:1]
        self.calls = r.sample(["count", "min", "max", "sum", "avg", "p50", "p99"], r.randrange(1, 4))
        self.distinct = r.choice([None, "trace_id", "service", "ms"])
        calls = [f"{name}({'' if name == 'count' else 'ms'}) as c{i}" for i, name in enumerate(self.calls)]
        if self.distinct:
            calls.append(f"distinct({self.distinct}) as different")
        keys = self.by + ([f"{self.span}s"] if self.span else [])
        self.text = "stats " + ", ".join(calls) + (" by " + ", ".join(keys) if keys else "")

    def of(self, records):
        groups = collections.defaultdict(list)
        if not self.by and not self.span:
            groups[()] = []
        for record in records:
            start = str(nanoseconds(record["timestamp"]) // 10**9 // self.span * self.span) if self.span else ""
            groups[tuple(key_of(record, field) for field in self.by) + ((start,) if self.span else ())].append(record)
        rows = {}
        for key, members in groups.items():
            values = [float(m["ms"]) for m in members if "ms" in m]
            row = [FUNCTIONS[name](values, len(members)) for name in self.calls]
            if self.distinct:
                row.append(len({key_of(m, self.distinct) for m in members if m.get(self.distinct) is not None}))
            rows[key] = row
        return rows

    def parse(self, lines):
        rows = {}
        for line in lines:
            row = value(line)
            key = tuple(key_of(row, field) for field in self.by)
            if self.span:
                key += (str(nanoseconds(row["timestamp"]) // 10**9),)
            rows[key] = [None if (v := row.get(f"c{i}")) is None else float(v) for i in range(len(self.calls))]
            if self.distinct:
                rows[key].append(float(row["different"]))
        return rows

    @staticmethod
    def same(a, b):
        def close(x, y):
            return x is y or (x is not None and y is not None and math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-9))
        return a.keys() == b.keys() and all(all(map(close, a[k], b[k])) for k in a)


# ---------------------------------------------------------------------------------------------- stores and runs


class Store:
    def __init__(self, seed, r):
        self.dir, self.ndjson, self.notes = f"S{seed}", f"{seed}.ndjson", []
        plan = Plan(r)
        self.records = [make_record(r, n, plan) for n in range(plan.rows)]
        if r.random() < 0.5:
            r.shuffle(self.records)
        lines = [to_json(record) for record in self.records]
        self.live = None
        parts = r.randrange(1, 5)
        cuts = [0] + sorted(r.randrange(len(lines) + 1) for _ in range(parts - 1)) + [len(lines)]
        for i, (begin, end) in enumerate(zip(cuts, cuts[1:])):
            text = "".join(line + "\n" for line in lines[begin:end])
            if i == parts - 1 and r.random() < 0.4:
                self.start_live(text, len(lines))
            else:
                self.call(["logstore", "-q", "-d", self.dir, "--seal-rows", str(r.choice([1000, 4_000_000]))], text)
            if i == 0 and r.random() < 0.3:
                self.call(["logindex", "-q", "-d", self.dir])
                self.notes.append("first part indexed")
        if self.live is None and parts > 1 and r.random() < 0.4:
            self.call(["logstore", "-q", "-d", self.dir, "compact"])
            self.notes.append("compacted")
        if self.live is None and r.random() < 0.3:
            gone = random_term(r, self.records)
            # Times are --since and --until there; and of nothing, nothing can be asked.
            while gone.field == "timestamp" or all(gone.matches(record) for record in self.records):
                gone = random_term(r, self.records)
            self.call(["logstore", "-q", "-d", self.dir, "delete", gone.text], accept=(0, 1))
            self.records = [record for record in self.records if not gone.matches(record)]
            self.notes.append(f"deleted {gone.text}")
            if self.total() != len(self.records):
                raise Difference(f"after delete {gone.text}: {self.total()} records are left, not {len(self.records)}")
        if r.random() < 0.5:
            self.call(["logindex", "-q", "-d", self.dir], accept=(0, 1))
            self.notes.append("indexed")
        with open(self.ndjson, "w") as file:
            file.writelines(to_json(record) + "\n" for record in self.records)

    def call(self, command, text="", accept=(0,)):
        done = subprocess.run(command, input=text.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode not in accept:
            raise Difference(f"{' '.join(command)}: status {done.returncode}: {done.stderr.decode()}")

    def total(self):
        return int(subprocess.run(["logquery", "-q", "-d", self.dir, "-c"], stdout=subprocess.PIPE).stdout)

    def start_live(self, text, total):
        self.notes.append("live")
        self.live = subprocess.Popen(["logstore", "-q", "-d", self.dir], stdin=subprocess.PIPE)
        self.live.stdin.write(text.encode())
        self.live.stdin.flush()
        until = time.monotonic() + 60
        while self.total() != total:
            if time.monotonic() > until:
                raise Difference("what was written to a live segment is not all found after a minute")

    def close(self):
        if self.live:
            self.live.stdin.close()
            self.live.wait()


class Difference(Exception):
    pass


def ask_in_shares(store, r, query):
    """Each half of the records by itself, and then what came of both."""
    lines = open(store.ndjson).readlines()
    cut = r.randrange(len(lines) + 1)
    shares = b""
    for part in (lines[:cut], lines[cut:]):
        shares += subprocess.run(["logquery", "-q", "--partial", query], input="".join(part).encode(), stdout=subprocess.PIPE).stdout
    command = ["logquery", "-q", "--utc", "--merge", query]
    done = subprocess.run(command, input=shares, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 1):
        raise Difference(f"{command}: status {done.returncode}: {done.stderr.decode()}")
    return command, done.stdout.decode().splitlines()


def ask(store, r, query, options=()):
    source = [f"--threads={r.choice([1, 2, 3])}", "-d", store.dir] if r.random() < 0.85 else []
    command = ["logquery", "-q", "-o", "ndjson", "--utc", *options, *source, query] + ([] if source else [store.ndjson])
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 1):
        raise Difference(f"{command}: status {done.returncode}: {done.stderr.decode()}")
    return command, done.stdout.decode().splitlines()


def check(store, r):
    wanted = random_filter(r, store.records) if r.random() < 0.85 else Term("*", lambda v: True, "n")
    matching = [record for record in store.records if wanted.matches(record)]
    kind = r.randrange(4)
    if kind == 0:
        groups = Groups(r)
        command, lines = (ask_in_shares if r.random() < 0.2 else ask)(store, r, f"{wanted.text} | {groups.text}")
        expected, got = groups.of(matching), groups.parse(lines)
        if not groups.same(expected, got):
            differing = {k: (expected.get(k), got.get(k)) for k in expected.keys() | got.keys() if expected.get(k) != got.get(k)}
            raise Difference(f"{command}: group: (naive, logquery): {dict(list(differing.items())[:5])}")
        return
    if kind == 1:
        count = r.choice([1, 5, 20])
        command, lines = ask(store, r, wanted.text, ["-n", str(count)])
        got = [nanoseconds(value(line)["timestamp"]) for line in lines]
        expected = sorted(nanoseconds(record["timestamp"]) for record in matching)[-count:]
        if "-d" in command and got != expected:
            raise Difference(f"{command}: newest: {expected}, logquery: {got}")
        matching = [record for record in matching if record["n"] in {value(line)["n"] for line in lines}]
    elif kind == 2:
        limit = r.randrange(1, 30)
        command, lines = ask(store, r, f"{wanted.text} | sort -n | head {limit}")
        got = [int(value(line)["n"]) for line in lines]
        expected = sorted((int(record["n"]) for record in matching), reverse=True)[:limit]
        if got != expected:
            raise Difference(f"{command}: {expected}, logquery: {got}")
        return
    else:
        command, lines = ask(store, r, wanted.text)
    rows = {int(row["n"]): row for row in map(value, lines)}
    if len(rows) != len(lines) or rows.keys() != {int(record["n"]) for record in matching}:
        missing = [record for record in matching if int(record["n"]) not in rows][:2]
        extra = [row for n, row in rows.items() if all(record["n"] != n for record in matching)][:2]
        raise Difference(f"{command}: {len(matching)} naive, {len(lines)} logquery; missing {missing}, too many {extra}")
    for record in matching:
        row = rows[int(record["n"])]
        if {k: key_of(row, k) for k in row if k != "timestamp"} != {k: key_of(record, k) for k in record if k != "timestamp"}:
            raise Difference(f"{command}: record {record}, logquery {row}")


def main():
    seed, until, queries = int(os.environ.get("SEED", "1")), time.monotonic() + SECONDS, 0
    first = seed
    while seed == first or time.monotonic() < until:
        r, store = random.Random(seed), None
        try:
            store = Store(seed, r)
            for _ in range(QUERIES_A_STORE):
                check(store, r)
                queries += 1
                if time.monotonic() > until + SECONDS:
                    break
        except Difference as difference:
            print(f"SEED={seed}: {', '.join(store.notes) if store else 'making the store'}: {difference}")
            sys.exit(1)
        finally:
            if store:
                store.close()
                subprocess.run(["rm", "-rf", store.dir, store.ndjson])
        seed += 1
    print(f"seeds {first} to {seed - 1}: {queries} queries agree")


main()
