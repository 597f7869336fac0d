#!/usr/bin/env python3
"""Follows over a WebSocket: tail.py SOCKET TARGET COUNT. Prints the texts that come, until one holds what ends it: COUNT values of
streams in all of them, as Loki's tail has them."""
import json
import os
import sys

from web_socket import WebSocket

path, target, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
link = WebSocket(path, target, os.environ.get("HEADER", "X: y"))
seen = 0
while seen < count:
    text = link.text()
    seen += sum(len(one["values"]) for one in json.loads(text)["streams"])
    print(text, flush=True)
