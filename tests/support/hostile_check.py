#!/usr/bin/env python3
"""Puts hostile text into every field of records, and into every parameter, part of a path and body of a request, and looks at all that a
server answers: hostile_check.py SOCKET.

Every operation of /openapi.json is asked. No answer may be taken for a page by a browser but the page, in which all such text is escaped; JSON is
valid, in UTF-8, and has no control bytes; nor has anything else that a terminal may show.
"""
import html.parser
import json
import sys
import urllib.parse

from openapi_check import REQUESTS, Checker

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
HOSTILE = SCRIPT + "'\"`&amp;</title></textarea>\\ \x1b]0;owned\x07\x1b[31m\x00\x7f\x9b\u2028\u2029\u202e\r\nSet-Cookie: a=b\r\n\r\nevent: slow\n\ndata: {}"
BROKEN = b"\xff\xc3(\xed\xa0\x80\xf8"  # no UTF-8
SPAN = {"start": "1795256000", "end": "1795257000"}

# Who is to show a page, or to download: browsers run nothing of the others.
TYPES = {"application/json", "text/plain", "application/x-ndjson", "text/csv", "text/event-stream", "text/css", "text/javascript", "text/html"}
FILES = {"text/csv", "text/css", "text/javascript"}  # that keep the bytes of a value as they are; no terminal, no page


def record(n):
    """As bytes: JSON in which the texts are not valid UTF-8 either."""
    fields = {name: HOSTILE for name in ("service", "host", "level", "trace_id", "message", "raw", "log_id", SCRIPT, "é\u2028", "a.b", "__proto__")}
    fields |= {"timestamp": f"2026-11-21T10:15:{n:02}Z", "n": n, "nested": {SCRIPT: [HOSTILE, {HOSTILE: None}]}}
    return json.dumps(fields).encode().replace(b"Set-Cookie", BROKEN + b"Set-Cookie")


class Page(html.parser.HTMLParser):
    """Which elements there are, with which attributes."""
    def __init__(self):
        super().__init__()
        self.elements = []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))


class Scan:
    def __init__(self, path):
        self.checker = Checker(path)
        self.wrong = []
        self.answers = 0
        self.with_text = set()

    def ask(self, method, target, body=b"", headers=()):
        status, fields, body = self.checker.send(method, target, body, headers)
        self.answers += 1
        for what in self.faults(status, fields, body):
            self.wrong.append(f"{method} {target[:80]}: {status}: {what}")
        return status, body

    def faults(self, status, fields, body):
        known = {"server", "content-type", "content-length", "transfer-encoding", "connection", "cache-control", "x-content-type-options", "retry-after",
                 "content-security-policy", "content-disposition", "content-encoding", "x-elastic-product", "allow", "www-authenticate", "warning"}
        if set(fields) - known:
            yield f"headers {set(fields) - known}"
        if fields.get("x-content-type-options") != "nosniff":
            yield "a browser may guess its type"
        if not fields.get("content-security-policy", "").startswith("default-src 'none';"):
            yield "no Content-Security-Policy"
        kind = fields.get("content-type", "").partition(";")[0]
        if kind not in TYPES and not (status == 204 and not body):
            yield f"the type {kind!r}"
        if kind in FILES:
            return
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            yield f"no UTF-8: {error}"
            return
        # JSON (RFC 8259) escapes those of ASCII.
        json_text = "json" in kind or kind == "text/event-stream"
        if control := {c for c in text if (ord(c) < 32 and c not in "\n\t") or (127 <= ord(c) < 160 and not json_text)}:
            yield f"control characters {control}"
        try:
            if kind == "application/json":
                json.loads(text)
            if kind == "application/x-ndjson":
                [json.loads(line) for line in text.split("\n")[:-1]]
        except ValueError as error:
            yield f"no JSON: {error}"
        if kind == "text/html":
            yield from self.page_faults(text)
        if "alert(1)" in text:
            self.with_text.add(kind)

    @staticmethod
    def page_faults(text):
        page = Page()
        page.feed(text)
        for tag, attributes in page.elements:
            if tag not in {"html", "meta", "title", "link", "body", "div", "form", "input", "button", "p", "pre", "noscript", "script", "table", "thead",
                           "tbody", "tr", "th", "td"}:
                yield f"an element {tag}"
            if tag == "script" and not attributes.get("src", "").startswith("/page.js?v="):
                yield "a script of others"
            if any(name.startswith("on") or name == "style" for name in attributes):
                yield f"attributes {attributes}"
        if "<script>alert" in text or "<img" in text:
            yield "text as it came"

    def stream(self, target):
        """What a follower of the live stream gets when hostile records come in: lines, each of which is of ours."""
        link, got = self.checker.open_stream(target)
        self.ask("POST", "/logs/ingest", record(50) + b"\n" + record(51))
        while got.count(b"data: ") < 2:
            piece = link.recv(1 << 16)
            if not piece:
                break
            got += piece
        link.close()
        body = b"".join(line for line in got.split(b"\n") if line.startswith(b"data: "))
        for line in got.split(b"\r\n\r\n", 1)[1].split(b"\n"):
            if line.startswith(b"data: "):
                json.loads(line[6:])
            elif not (line.startswith((b"id: ", b": alive")) or not line.strip(b"\r") or set(line.strip()) <= set(b"0123456789abcdef")):
                self.wrong.append(f"the stream has a line {line[:60]}")
        if any(byte < 32 for byte in body):
            self.wrong.append("the stream has control bytes")
        if b"alert(1)" in body:
            self.with_text.add("text/event-stream")


def main():
    scan = Scan(sys.argv[1])
    hostile = urllib.parse.quote(HOSTILE)
    broken = urllib.parse.quote(BROKEN)
    records = b"\n".join(record(n) for n in range(8))
    status, body = scan.ask("POST", "/logs/ingest", records)
    assert status == 200 and json.loads(body)["accepted"] == 8, body
    bulk = b'{"create":{"_index":"' + SCRIPT.encode() + b'","_id":"' + SCRIPT.encode() + b'"}}\n' + record(9) + b"\n"
    scan.ask("POST", "/_bulk", bulk + b'{"' + SCRIPT.encode() + b'":{}}\n')
    scan.ask("POST", "/_bulk", bulk + b'{"delete":{"_id":"' + SCRIPT.encode() + b'"}}\n')
    for path, operations in scan.checker.api["paths"].items():
        for method in operations:
            request = REQUESTS.get((method, path), {})
            if request.get("head_only"):
                continue
            plain = urllib.parse.urlencode(request.get("parameters", {}))
            bodies = [one.encode() if isinstance(one, str) else json.dumps(one).encode() for one in request.get("bodies", [{}])]
            bodies += [b"", records, BROKEN, HOSTILE.encode(), json.dumps({name: HOSTILE for name in ("query", "filter", "format", "destination")}).encode(),
                       json.dumps({"query": "*", "format": "JSON"}).encode()]
            form = ["Content-Type: application/x-www-form-urlencoded"] if "form" in request else []
            if form:
                bodies = [urllib.parse.urlencode(request["form"]).encode(), f"query={hostile}&{urllib.parse.urlencode(SPAN)}".encode()]
            names = {one["name"] for one in operations[method]["parameters"] if one["in"] == "query"} | {"query", "match[]", "start", "q"}
            targets = [path.replace("{" + path.partition("{")[2].partition("}")[0] + "}", part) if "{" in path else path
                       for part in ({"service", hostile, broken} if "{" in path else [""])]
            for target in targets:
                for parameters in [plain, *(f"{plain}&{name}={value}" for name in sorted(names) for value in (hostile, broken))]:
                    for body in bodies if method != "get" else [b""]:
                        scan.ask(method.upper(), f"{target}?{parameters}", body, form)
                    if method != "get":
                        break
    # The plain page, with rows, without, and with what is wrong.
    for query in ("", "n=1", hostile, "*%7Ccount+by+service", "*%7Cfields+n,+service", f"service%3D%22{urllib.parse.quote(SCRIPT)}%22"):
        for target in (f"/?plain=1&q={query}&timestamp_from={'' if query else hostile}", f"/?q={query}"):
            scan.ask("GET", target, b"", ["Accept: text/html"])
    # As Loki shows lines, and as files.
    for query in ('{service=~".+"}', '{service=~".+"} |= "script"', 'sum by (service) (count_over_time({service=~".+"}[1h]))', "{" + HOSTILE):
        scan.ask("GET", "/loki/api/v1/query_range?" + urllib.parse.urlencode({"query": query, "step": "60", **SPAN}))
    for shape in ("CSV", "JSON", "NDJSON"):
        status, body = scan.ask("POST", "/logs/export", json.dumps({"query": "*", "format": shape, "destination": "download"}).encode())
        scan.ask("GET", f"/logs/export/{json.loads(body)['job_id']}")
        scan.ask("GET", f"/logs/export/{json.loads(body)['job_id']}/file")
    for method, target, headers in (("GET", "/" + hostile, ()), ("BREW", "/", ()), ("GET", "/logs/search%", ()), ("GET", "/logs/search", ["X: " + "x" * 20_000]),
                                    ("GET", "/logs/stream?q=" + hostile, ()), ("GET", "/logs/stream?cursor=" + hostile, ()),
                                    ("GET", "/logs/search", ["Authorization: Bearer " + SCRIPT]), ("GET", "/logs/search", ["Origin: http://" + SCRIPT]),
                                    ("POST", "/logs/ingest", ["Content-Encoding: " + SCRIPT]), ("POST", "/logs/ingest", ["Transfer-Encoding: " + SCRIPT]),
                                    ("GET", "/loki/api/v1/tail?query=" + hostile, ())):
        scan.ask(method, target, b"", headers)
    scan.stream("/logs/stream")
    # What was looked for was there to be found.
    assert scan.with_text >= {"application/json", "text/html", "application/x-ndjson", "text/event-stream", "text/plain"}, scan.with_text
    for what in scan.wrong[:20]:
        print(what)
    print(f"{scan.answers} answers, {len(scan.wrong)} of them wrong")
    return 1 if scan.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
