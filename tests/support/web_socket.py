"""A client of WebSockets (RFC 6455) on a unix socket, as little of one as the tests need."""
import base64
import hashlib
import os
import socket
import struct


class WebSocket:
    """Asks for `target`, with one more line of header if there is one, and checks that the answer is the handshake's."""

    def __init__(self, path, target, header="X: y"):
        self.link = socket.socket(socket.AF_UNIX)
        self.link.settimeout(60)
        self.link.connect(path)
        key = base64.b64encode(os.urandom(16)).decode()
        self.link.sendall((f"GET {target} HTTP/1.1\r\nHost: l\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                           f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{header}\r\n\r\n").encode())
        self.stream = self.link.makefile("rb")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.stream.read(1)
        wanted = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        assert head.startswith(b"HTTP/1.1 101 ") and wanted in head, head

    def frame(self):
        """The next frame: its first byte, and what it carries."""
        first, length = self.stream.read(2)
        if length >= 126:
            length, = struct.unpack(">H" if length == 126 else ">Q", self.stream.read(2 if length == 126 else 8))
        return first, self.stream.read(length)

    def text(self):
        first, payload = self.frame()
        assert first == 0x81, first
        return payload.decode()

    def send(self, first, payload):
        """At most 125 bytes, masked with zeros."""
        self.link.sendall(bytes([first, 0x80 | len(payload)]) + b"\0\0\0\0" + payload)
