#!/usr/bin/env python3
"""Replays recorded exchanges against a server: replay.py SOCKET FILE...

A file is a list of exchanges. Lines with "> " are the request: its first line, its headers, an empty one and its body (each line of it
ends in a newline, but for a form; with "Content-Encoding: gzip" it is compressed here; of "Content-Type: application/x-protobuf" it is in
hexadecimal digits; Content-Length is added). Lines with "< " are what must come
back: the status, headers that must be there, and the JSON that the body must hold, over as many lines as it likes: an object may have
more members than are said, a list may not have more elements; a body that is no JSON is a quoted text. Lines with "#" are prose. "$NAME" in a request or an answer stands for the
variable of the environment.
"""
import gzip
import json
import os
import re
import socket
import sys


def exchanges(text):
    """[(number of the line, request lines, answer lines)]"""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(">"):
            if not found or found[-1][2]:
                found.append((number, [], []))
            found[-1][1].append(line[2:])
        elif line.startswith("<"):
            found[-1][2].append(line[2:])
    return found


def request_bytes(lines):
    end = lines.index("") if "" in lines else len(lines)
    head, body = lines[:end], "".join(line + "\n" for line in lines[end + 1:]).encode()
    if any(line.endswith("x-www-form-urlencoded") for line in head):
        body = body.rstrip(b"\n")
    if any(line.lower() == "content-type: application/x-protobuf" for line in head):
        body = bytes.fromhex(body.decode())
    if any(line.lower() == "content-encoding: gzip" for line in head):
        body = gzip.compress(body)
    if body or head[0].startswith(("POST", "PUT")):
        head = head + [f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode() + b"\r\nHost: logs\r\nConnection: close\r\n\r\n" + body


def send(path, request):
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(60)
        link.connect(path)
        link.sendall(request)
        answer = b""
        while piece := link.recv(1 << 16):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in headers)}
    assert "transfer-encoding" not in headers, "an answer in chunks is not read here"
    return int(status.split()[1]), headers, body.decode()


def differs(want, got, where="answer"):
    """What is wrong with `got`, or None."""
    if isinstance(want, dict) and isinstance(got, dict):
        missing = [f"{where}: no {key}" for key in want if key not in got]
        return next(iter(missing), None) or next(filter(None, (differs(want[key], got[key], f"{where}.{key}") for key in want)), None)
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        return next(filter(None, (differs(*pair, f"{where}[{i}]") for i, pair in enumerate(zip(want, got)))), None)
    return None if want == got and type(want) is type(got) else f"{where}: expected {json.dumps(want)}, got {json.dumps(got)}"


def judge(lines, status, headers, body, is_head):
    if str(status) != lines[0]:
        return f"status {status}: {body}"
    rest = lines[1:]
    while rest and (header := re.fullmatch(r"([A-Za-z-]+): (.*)", rest[0])):
        if headers.get(header[1].lower()) != header[2]:
            return f"header {header[1]}: {headers.get(header[1].lower())}"
        rest = rest[1:]
    if is_head and body:
        return "a body, of an answer to HEAD"
    if not rest:
        return None
    want = json.loads("\n".join(rest))
    return differs(want, body if isinstance(want, str) else json.loads(body))


def main():
    path, *files = sys.argv[1:]
    failed = 0
    for file in files:
        text = re.sub(r"\$([A-Z_]+)", lambda name: os.environ.get(name[1], name[0]), open(file, encoding="utf-8").read())
        found = exchanges(text)
        for number, request, answer in found:
            wrong = judge(answer, *send(path, request_bytes(request)), request[0].startswith("HEAD"))
            if wrong:
                failed += 1
                print(f"{os.path.basename(file)}:{number}: {request[0]}: {wrong}", file=sys.stderr)
        print(f"{os.path.basename(file)}: {len(found)} exchanges")
        if not found:
            failed += 1
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
