#!/usr/bin/env python3
"""hostile.py KIND COUNT: NDJSON that no encoding of a store is made for, the same each time. Without arguments: the kinds, one a line."""
import base64, ipaddress, json, random, sys, uuid

random.seed(5)


def text(size):
    return "".join(chr(35 + random.randrange(56)) for _ in range(size))


def message(make):
    return lambda row: {"message": make(20 + random.randrange(100))}


def keys(row):
    return {f"k{key}": random.randrange(100) for key in random.sample(range(10_000), 10)}


def tied_keys(row):
    """Which keys a record has decides their values: what is stored by column cannot see it, a compressor of text can."""
    base = random.randrange(1000)
    return {f"k{(base * 7 + j * 1131) % 10_000}": base % 100 + j for j in range(10)}


def tied_fields(row):
    base = random.randrange(100_000)
    return {"user": f"u{base}", "mail": f"m{base * 7}@x.org", "name": f"n{base * 13}"}


def kinds_in_turn(row):
    return {"v": random.choice([random.getrandbits(20), random.randbytes(6).hex(), True, None, round(random.random(), 3), [1, 2]])}


KINDS = {
    "random text": message(text),
    "random words": message(lambda size: " ".join("".join(random.choices("etaoinshr", k=random.randrange(2, 8))) for _ in range(size // 6))),
    "random bytes": message(lambda size: random.randbytes(size).decode("latin1")),
    "random base64": message(lambda size: base64.b64encode(random.randbytes(size)).decode()),
    "random hex": message(lambda size: random.randbytes(size).hex()),
    "random digits": message(lambda size: "".join(random.choices("0123456789", k=size))),
    "long random text": lambda row: {"message": base64.b64encode(random.randbytes(60_000)).decode()} if row % 20 == 0 else {},
    "random integers": lambda row: {"v": random.getrandbits(63)},
    "random reals": lambda row: {"v": random.random()},
    "random UUIDs": lambda row: {"id": str(uuid.UUID(int=random.getrandbits(128)))},
    "random IPv4": lambda row: {"ip": str(ipaddress.IPv4Address(random.getrandbits(32)))},
    "random IPv6": lambda row: {"ip": str(ipaddress.IPv6Address(random.getrandbits(128)))},
    "arrays": lambda row: {"v": [random.randrange(1000) for _ in range(10)]},
    "kinds in turn": kinds_in_turn,
    "10,000 keys": keys,
    "random keys": lambda row: {random.randbytes(20).hex(): j for j in range(3)},
    "tied keys": tied_keys,
    "tied fields": tied_fields,
    "tiny values": lambda row: {"v": random.randrange(4)},
}

if len(sys.argv) < 3:
    print("\n".join(KINDS))
    sys.exit()
for row in range(int(sys.argv[2])):
    stamp = f"2026-01-01T{row // 3_600_000 % 24:02}:{row // 60_000 % 60:02}:{row // 1000 % 60:02}.{row % 1000:03}Z"
    print(json.dumps({"timestamp": stamp} | KINDS[sys.argv[1]](row), separators=(",", ":")))
