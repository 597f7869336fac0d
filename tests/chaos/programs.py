"""Programs joined by pipes, and a link between programs that can be torn."""
import os
import socket
import struct
import subprocess
import threading

ENDS_WITHIN = 60  # seconds, for what has lost its neighbour
READY = "READY"  # in a command: a descriptor to which the program writes its address


class Group:
    """If one ends, all do, and are started again together."""

    def __init__(self, folder, commands, on_ready=None):
        self.folder, self.commands, self.processes, self.on_ready = folder, commands, [], on_ready

    def start(self):
        processes, source = [], subprocess.DEVNULL
        for number, command in enumerate(self.commands):
            last = number + 1 == len(self.commands)
            process = self.start_one(command, source, subprocess.DEVNULL if last else subprocess.PIPE)
            if source is not subprocess.DEVNULL:
                source.close()
            source = process.stdout
            processes.append(process)
        self.processes = processes  # at once: others look at the last one

    def start_one(self, command, source, output):
        with open(self.folder / "errors", "ab") as errors:
            if READY not in command:
                return subprocess.Popen(command, cwd=self.folder, stdin=source, stdout=output, stderr=errors)
            told, tells = os.pipe()
            command = [str(tells) if word == READY else word for word in command]
            process = subprocess.Popen(command, cwd=self.folder, stdin=source, stdout=output, stderr=errors, pass_fds=[tells])
            os.close(tells)
            threading.Thread(target=self.read_address, args=[told], daemon=True).start()
            return process

    def read_address(self, told):
        with os.fdopen(told) as ready:
            address = ready.read().split()
        if address:  # else it was killed before
            self.on_ready(address[0])

    def alive(self):
        return [process for process in self.processes if process.poll() is None]

    def wait(self):
        for process in self.processes:
            process.wait(ENDS_WITHIN)
        return [process.returncode for process in self.processes]

    def ended(self):
        return len(self.alive()) < len(self.processes)


class TornLink:
    """A TCP port that leads to the receiver, wherever that listens by now, and whose connections break in the middle of anything."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.receiver, self.lock, self.connections, self.torn = None, threading.Lock(), set(), 0
        threading.Thread(target=self.accept, daemon=True).start()

    def lead_to(self, address):
        self.receiver = int(address.rsplit(":", 1)[1])

    def accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.receiver or 1))
            except OSError:
                near.close()
                continue
            with self.lock:
                self.connections.add((near, far))
            threading.Thread(target=self.carry, args=(near, far, near, far), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, near, far), daemon=True).start()

    def carry(self, source, target, near, far):
        try:
            while chunk := source.recv(1 << 16):
                target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)
        except OSError:  # one side is gone: so is the other
            self.reset(near, far)

    def reset(self, near, far):
        with self.lock:
            self.connections.discard((near, far))
        for end in (near, far):
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # what is on its way is gone
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def tear(self):
        with self.lock:
            torn = list(self.connections)
        for near, far in torn:
            self.reset(near, far)
        self.torn += len(torn) > 0

    def close(self):
        self.listener.close()
        self.tear()
