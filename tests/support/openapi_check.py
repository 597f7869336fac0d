#!/usr/bin/env python3
"""Asks a server for all that its /openapi.json documents, and compares: openapi_check.py SOCKET [SOURCES].

Each operation needs a request in REQUESTS: one that is not there, or that no operation has, is a failure. What is sent and what comes back
must be as the schemas say; so must what is refused. Each answer that is documented must come, with its form, and every status that a file of
SOURCES names must be documented for one of the paths that the file names.
"""
import json
import pathlib
import re
import socket
import sys
import urllib.parse

RECORD = {"timestamp": "2026-11-21T10:15:00Z", "service": "shop", "level": "error", "message": "no stock", "ms": 4}
SPAN = {"start": "1795256000", "end": "1795257000"}
BULK = '{"create":{"_index":"a","_id":"1"}}\n{"service":"shop","message":"a"}\n{"delete":{"_id":"1"}}\n'
PUSH = {"streams": [{"stream": {"service": "shop"}, "values": [["1795256100000000000", "pushed", {"ms": "1"}]]}]}
SHOP = '{service="shop"}'

# (method, path): what is sent: parameters, part of the path, body (several: one request each), headers.
REQUESTS = {
    ("get", "/"): {"accepts": ["*/*", "application/json"]}, ("get", "/page.js"): {"may_lack": True}, ("get", "/page.css"): {"may_lack": True},
    ("post", "/logs/ingest"): {"bodies": [RECORD, [RECORD, RECORD], "no record"]},
    ("get", "/logs/search"): {"parameters": {"service": "shop", "limit": "1"}},
    ("get", "/logs/aggregate"): {"parameters": {"q": "* | count by service"}},
    ("get", "/logs/hits"): {"parameters": {"span": "1m"}},
    ("get", "/logs/values"): {"parameters": {"field": "service"}},
    ("get", "/logs/facets"): {}, ("get", "/logs/fields"): {},
    ("get", "/logs/context"): {"parameters": {"q": "stock", "before": "1"}},
    ("get", "/logs/stream"): {"head_only": True},
    ("post", "/logs/export"): {"bodies": [{"query": "service=shop", "format": "NDJSON"}, {"query": "service=shop", "format": "JSON"},
                                          {"query": "service=shop", "format": "CSV"}, {"query": "service=shop", "destination": "download"}]},
    ("get", "/logs/export"): {"may_lack": True},
    ("get", "/logs/export/{id}"): {"part": "20261121T101500123-0a1b2c", "may_lack": True},
    ("get", "/logs/export/{id}/file"): {"part": "20261121T101500123-0a1b2c", "may_lack": True},
    ("delete", "/logs/export/{id}"): {"part": "20261121T101500123-0a1b2c", "may_lack": True},
    ("post", "/logs/delete"): {"bodies": [{"filter": "service=nobody"}, {"filter": "service=nobody", "dry_run": True}]},
    ("get", "/logs/delete"): {}, ("get", "/alerts"): {"may_lack": True},
    ("get", "/healthz"): {}, ("get", "/readyz"): {}, ("get", "/ready"): {}, ("get", "/metrics"): {}, ("get", "/openapi.json"): {},
    ("post", "/_bulk"): {"bodies": [BULK]}, ("post", "/{index}/_bulk"): {"part": "logs", "bodies": [BULK]},
    ("post", "/{index}/_doc"): {"part": "logs", "bodies": [{"message": "one"}]},
    ("get", "/_license"): {}, ("get", "/_cluster/health"): {},
    ("get", "/loki/api/v1/labels"): {"parameters": SPAN},
    ("post", "/loki/api/v1/labels"): {"form": SPAN},
    ("get", "/loki/api/v1/label/{name}/values"): {"part": "service", "parameters": SPAN},
    ("get", "/loki/api/v1/series"): {"parameters": {"match[]": SHOP, **SPAN}},
    ("post", "/loki/api/v1/series"): {"form": {"match[]": SHOP, **SPAN}},
    ("get", "/loki/api/v1/index/stats"): {"parameters": {"query": SHOP, **SPAN}},
    ("get", "/loki/api/v1/index/volume"): {"parameters": {"query": SHOP, "targetLabels": "level", "aggregateBy": "labels", "limit": "5", **SPAN}},
    ("get", "/loki/api/v1/index/volume_range"): {"parameters": {"query": SHOP, "step": "60", **SPAN}},
    ("get", "/loki/api/v1/detected_fields"): {"parameters": {"query": SHOP, "line_limit": "10", "limit": "10", **SPAN}},
    ("get", "/loki/api/v1/detected_field/{name}/values"): {"part": "ms", "parameters": {"query": SHOP, **SPAN}},
    ("get", "/loki/api/v1/detected_labels"): {"parameters": {"query": SHOP, **SPAN}},
    ("get", "/loki/api/v1/patterns"): {"parameters": {"query": SHOP, "step": "60", **SPAN}},
    ("get", "/loki/api/v1/format_query"): {"parameters": {"query": SHOP}},
    ("post", "/loki/api/v1/format_query"): {"form": {"query": SHOP}},
    ("get", "/loki/api/v1/status/buildinfo"): {},
    ("get", "/loki/api/v1/query_range"): {"parameters": {"query": SHOP, **SPAN}},
    ("post", "/loki/api/v1/query_range"): {"form": {"query": f"sum by (level) (rate({SHOP}[1m]))", "step": "60", **SPAN}},
    ("get", "/loki/api/v1/query"): {"parameters": {"query": "vector(1)", "time": "1795256100"}},
    ("post", "/loki/api/v1/query"): {"form": {"query": "1 + 1", "time": "1795256100"}},
    ("post", "/loki/api/v1/push"): {"bodies": [PUSH]},
    ("get", "/loki/api/v1/tail"): {"head_only": True, "parameters": {"query": SHOP}, "headers": [
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]},
}
for thing in ("_ilm/policy", "_index_template", "_component_template", "_template", "_data_stream", "_ingest/pipeline"):
    REQUESTS["get", f"/{thing}/{{name}}"] = {"part": "filebeat"}
    REQUESTS["put", f"/{thing}/{{name}}"] = {"part": "filebeat", "bodies": [{}]}

# Answers that only other tests bring about: a full disk, a build without npm, a WebSocket, a file that was asked for in another form.
NOT_HERE = {("post", "/{index}/_doc", 200, "application/json"), ("get", "/readyz", 503, "text/plain"), ("get", "/page.js", 200, "text/javascript"), ("get", "/page.css", 200, "text/css"),
            ("get", "/logs/stream", 101, ""), ("get", "/logs/export/{id}", 200, "application/json"),
            ("delete", "/logs/export/{id}", 200, "application/json"), ("get", "/alerts", 200, "application/json"),
            *(("get", "/logs/export/{id}/file", 200, form) for form in ("application/x-ndjson", "application/json", "text/csv"))}

# What no operation takes: each is refused as its schema of errors says.
REFUSED = [("get", "/logs/search", {"q": "(("}), ("get", "/loki/api/v1/query_range", {"query": "{"}), ("post", "/_bulk", {})]

KNOWN = {"type", "properties", "required", "items", "enum", "anyOf", "additionalProperties", "minimum", "minItems", "maxItems", "description", "$ref"}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}


def is_of(value, name):
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


class Checker:
    def __init__(self, path):
        self.path = path
        status, _, body = self.send("GET", "/openapi.json")
        assert status == 200, status
        self.api = json.loads(body)
        self.came = set()  # (method, path, status, media type)

    def send(self, method, target, body=b"", headers=(), head_only=False):
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(60)
            link.connect(self.path)
            lines = [f"{method} {target} HTTP/1.1", "Host: logs", *headers, *([] if head_only else ["Connection: close"])]
            if method != "GET":
                lines.append(f"Content-Length: {len(body)}")
            link.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            answer = b""
            while not (head_only and b"\r\n\r\n" in answer) and (piece := link.recv(1 << 16)):
                answer += piece
        head, _, body = answer.partition(b"\r\n\r\n")
        status, *fields = head.decode().split("\r\n")
        fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in fields)}
        if fields.get("transfer-encoding") == "chunked" and not head_only:
            whole = b""
            while (size := int(body.partition(b"\r\n")[0], 16)) > 0:
                body = body.partition(b"\r\n")[2]
                whole, body = whole + body[:size], body[size + 2:]
            body = whole
        return int(status.split()[1]), fields, body

    def open_stream(self, target):
        """A follower of a stream of events: the socket, and what has come when it follows."""
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(60)
        link.connect(self.path)
        link.sendall(f"GET {target} HTTP/1.1\r\nHost: logs\r\n\r\n".encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += link.recv(1 << 16)
        while b'stream_clients{program="logserve"} 0' in self.send("GET", "/metrics")[2]:
            pass
        return link, got

    def wrong(self, schema, value, where):
        """What is not as the schema says, or None."""
        unknown = set(schema) - KNOWN
        assert not unknown, f"{where}: keywords that are not checked here: {unknown}"
        if "$ref" in schema:
            return self.wrong(self.api["components"]["schemas"][schema["$ref"].rpartition("/")[2]], value, where)
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if types and not any(is_of(value, name) for name in types):
            return f"{where}: {json.dumps(value)[:80]} is no {' or '.join(types)}"
        if "enum" in schema and value not in schema["enum"]:
            return f"{where}: {value!r} is none of {schema['enum']}"
        if "minimum" in schema and value < schema["minimum"]:
            return f"{where}: {value} is too small"
        if "anyOf" in schema and all(self.wrong(one, value, where) for one in schema["anyOf"]):
            return f"{where}: none of the forms"
        if isinstance(value, dict):
            lacks = [f"{where}: no {name}" for name in schema.get("required", []) if name not in value]
            if lacks:
                return lacks[0]
            for name, member in value.items():
                rule = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
                if rule and (bad := self.wrong(rule, member, f"{where}.{name}")):
                    return bad
        if isinstance(value, list):
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                return f"{where}: {len(value)} elements"
            return next(filter(None, (self.wrong(schema["items"], one, f"{where}[{i}]") for i, one in enumerate(value) if "items" in schema)), None)
        return None

    def wrong_content(self, content, media_type, body):
        wanted = media_type.partition(";")[0]
        if wanted not in content:
            return f"{media_type}, not {' or '.join(content)}"
        rule = content[wanted]
        value = json.loads(body) if wanted == "application/json" else body.decode(errors="replace")
        return self.wrong(rule["schema"], value, "body")

    def check(self, method, path, request):
        operation = self.api["paths"][path][method]
        assert operation["summary"], "no summary"
        answers = operation["responses"]
        refusal = answers["default"]
        if "{" in path and not any(one["in"] == "path" and one["required"] for one in operation["parameters"]):
            return "its part of the path is not documented"
        named = {one["name"] for one in operation["parameters"]}
        if undocumented := (set(request.get("parameters", {})) | set(request.get("form", {}))) - named:
            return f"not documented: {undocumented}"
        target = (path[:path.index("{")] + request["part"] + path[path.index("}") + 1:]) if "{" in path else path
        if "parameters" in request:
            target += "?" + urllib.parse.urlencode(request["parameters"])
        bodies = request.get("bodies", [request["form"]] if "form" in request else [None])
        for body, accept in [(body, accept) for body in bodies for accept in request.get("accepts", ["*/*"])]:
            headers = [*request.get("headers", []), f"Accept: {accept}"]
            data = b""
            if (body is None) != ("requestBody" not in operation):
                return "a body is documented, or sent, and not the other"
            if body is not None:
                taken, rule = next(iter(operation["requestBody"]["content"].items()))
                bad = self.wrong(rule["schema"], body, "request")
                if bad and body != "no record":
                    return bad
                headers.append(f"Content-Type: {taken}")
                data = (urllib.parse.urlencode(body) if "form" in request else body if isinstance(body, str) else json.dumps(body)).encode()
            status, fields, answer = self.send(method.upper(), target, data, headers, request.get("head_only", False))
            if status == 404 and request.get("may_lack"):
                return self.wrong_content(refusal["content"], fields["content-type"], answer)
            if str(status) not in answers:
                return f"{status} is not documented: {answer[:200]!r}"
            response = answers[str(status)]
            self.came.add((method, path, status, fields.get("content-type", "").partition(";")[0] if "content" in response else ""))
            if fields.get("content-encoding") == "gzip":
                answer = b""
            if "content" not in response:
                return None if not answer or status == 101 else f"an answer that is not documented: {answer[:80]!r}"
            if request.get("head_only"):
                answer = b""
            if bad := self.wrong_content(response["content"], fields["content-type"], answer):
                return bad
        return None


    def never_came(self):
        documented = {(method, path, int(status), form) for path, methods in self.api["paths"].items() for method, operation in methods.items()
                      for status, answer in operation["responses"].items() if status != "default" for form in answer.get("content", [""])}
        return [f"{' '.join(map(str, one))}: is documented, and never came" for one in sorted(documented - self.came - NOT_HERE)]

    def statuses_of(self, path):
        return {status for operation in self.api["paths"][path].values() for status in operation["responses"]}


SENDS = re.compile(r"\b(?:send|begin)\(([1-5]\d\d),|\bsend_\w+\(.*, ([1-5]\d\d)\);")


def undocumented(checker, sources):
    """What files answer with by number, and no path that they name has. Errors have a form of their own."""
    for file in sorted(sources.glob("*/answer_*.cc")):
        text = file.read_text()
        paths = [path for path in checker.api["paths"] if f'"{path}"' in text]
        known = set().union(*map(checker.statuses_of, paths))
        for status in sorted({send[1] or send[2] for send in SENDS.finditer(text)} - known):
            if paths and status < "400":
                yield f"{file.name}: answers with {status}, which is not documented"


def main():
    checker = Checker(sys.argv[1])
    served = {(method, path) for path, methods in checker.api["paths"].items() for method in methods}
    problems = [f"{method} {path}: no request in this test" for method, path in sorted(served - set(REQUESTS))]
    problems += [f"{method} {path}: is not documented" for method, path in sorted(set(REQUESTS) - served)]
    for method, path in (one for one in REQUESTS if one in served):
        if bad := checker.check(method, path, REQUESTS[method, path]):
            problems.append(f"{method} {path}: {bad}")
    problems += checker.never_came()
    problems += undocumented(checker, pathlib.Path(sys.argv[2]))
    for method, path, parameters in REFUSED:
        status, fields, body = checker.send(method.upper(), path + "?" + urllib.parse.urlencode(parameters))
        bad = checker.wrong_content(checker.api["paths"][path][method]["responses"]["default"]["content"], fields["content-type"], body)
        if status != 400 or bad:
            problems.append(f"{method} {path}, refused: {status} {bad}")
    schemas = json.dumps(checker.api["paths"]) + json.dumps(checker.api["components"])
    problems += [f"the schema {name} is not used" for name in checker.api["components"]["schemas"] if f'schemas/{name}"' not in schemas]
    print("\n".join(problems) or f"{len(served)} operations")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
