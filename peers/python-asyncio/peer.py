"""Shows Python's asyncio: protocols and transports on a Unix socket, one event loop.

The server stops reading from a connection while its transport asks it not to write. The client writes what its window
allows, stops when its transport asks it to, and goes on when it may; reading never waits for writing.
"""

import argparse
import asyncio
import os
import resource
import signal
import socket
import stat
import sys
import time

NAME = "python-asyncio"
BACKLOG = 4096
DEADLINE_S = 30
PERIOD = 251 * 256  # the verified stream repeats after this many bytes, and after 256 connections
SPAN = 256 * 1024  # longest write
USAGE = (
    f"usage: {NAME} serve PATH | exchange PATH --connections N --chunk-size S --iterations I [--window W] [--verify]"
)


class Failure(Exception):
    """What went wrong, in one line."""


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


async def serve(path):
    os.umask(0o077)
    try:
        if stat.S_ISSOCK(os.lstat(path).st_mode):
            os.unlink(path)
    except FileNotFoundError:
        pass
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in signal.SIGTERM, signal.SIGINT:
        loop.add_signal_handler(number, stop.set)
    await loop.create_unix_server(Echo, path, backlog=BACKLOG)
    print("ready", flush=True)
    await stop.wait()
    os.unlink(path)


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, c, options, finished):
        self.c, self.options, self.finished = c, options, finished
        chunks, more = divmod(options.iterations, options.connections)
        self.total = (chunks + (c < more)) * options.chunk_size
        self.bytes = options.table(c)
        self.view = memoryview(self.bytes)
        self.sent = self.received = 0
        self.blocked = False
        self.seen, self.quiet = 0, 0

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        self.fail(error or "the server closed it")

    def pause_writing(self):
        self.blocked = True

    def resume_writing(self):
        self.blocked = False
        self.pump()

    def pump(self):
        """Writes what the window allows, until the transport asks to wait."""
        o = self.options
        end = min(self.total, (self.received // o.chunk_size + o.window) * o.chunk_size)
        while self.sent < end and not self.blocked:
            at = self.sent % PERIOD if o.verify else 0
            length = min(end - self.sent, o.span)
            self.sent += length
            self.transport.write(self.view[at : at + length])

    def data_received(self, data):
        if len(data) > self.sent - self.received:
            self.fail("more bytes came back than were sent")
            return
        if self.options.verify and not self.check(data):
            self.fail(f"a byte came back that was not sent, after byte {self.received}")
            return
        self.received += len(data)
        if self.received < self.total:
            self.pump()
        else:
            self.options.left -= 1
            if self.options.left == 0:
                self.finished.set_result(None)

    def check(self, data):
        span = self.options.span
        for start in range(0, len(data), span):
            piece = data if len(data) <= span else data[start : start + span]
            if not self.bytes.startswith(piece, (self.received + start) % PERIOD):
                return False
        return True

    def sweep(self):
        """Called every second."""
        self.quiet = self.quiet + 1 if self.seen == self.received else 0
        self.seen = self.received
        if self.received < self.total and self.quiet >= DEADLINE_S:
            self.fail(f"{DEADLINE_S} s without a byte")

    def fail(self, why):
        if not self.finished.done():
            self.finished.set_exception(Failure(f"connection {self.c}: {why}"))


async def connect(path, start):
    """Connects, and tries again while the backlog is full, since there is no event to wait for.

    The loop's own connect would take a full backlog for a connection under way.
    """
    while True:
        connection = socket.socket(socket.AF_UNIX)
        connection.setblocking(False)
        try:
            connection.connect(path)
            return connection
        except BlockingIOError:
            connection.close()
            if time.monotonic() - start >= DEADLINE_S:
                raise
            await asyncio.sleep(0.001)


async def exchange(path, options):
    loop = asyncio.get_running_loop()
    finished = loop.create_future()
    start = time.monotonic()
    clients = []
    for c in range(options.connections):
        connection = await connect(path, start)
        _, client = await loop.create_unix_connection(lambda c=c: Client(c, options, finished), sock=connection)
        clients.append(client)

    def sweep():
        for client in clients:
            client.sweep()
        loop.call_later(1, sweep)

    loop.call_later(1, sweep)
    elapsed, cpu = time.perf_counter_ns(), time.process_time_ns()
    for client in clients:
        client.pump()
    await finished
    elapsed, cpu = time.perf_counter_ns() - elapsed, time.process_time_ns() - cpu
    done = options.iterations * options.chunk_size
    print(f'{{"elapsed_ns": {elapsed}, "bytes": {done}, "cpu_ns": {cpu}}}', flush=True)


class Options:
    """What `exchange` was asked to do, and the bytes it sends."""

    LIMITS = {"connections": 10**6, "chunk_size": 16 << 20, "iterations": 10**12, "window": 65536}

    def __init__(self, words):
        parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        parser.error = lambda _: usage()
        for name, most in self.LIMITS.items():
            option = "--" + name.replace("_", "-")
            default = 1 if name == "window" else None
            parser.add_argument(option, type=lambda text, most=most: number(text, most), default=default)
        parser.add_argument("--verify", action="store_true")
        parser.parse_args(words, self)
        if None in (self.connections, self.chunk_size, self.iterations):
            usage()
        self.span = min(self.window * self.chunk_size, SPAN)
        self.left = min(self.connections, self.iterations)
        self.tables = {}

    def table(self, c):
        """256 tables hold every stream."""
        k = c % 256 if self.verify else 0
        if k not in self.tables:
            period = bytes((k * 131 + p * 7 + p // 251) % 256 for p in range(PERIOD))
            self.tables[k] = (period * (2 + self.span // PERIOD))[: PERIOD + self.span]
        return self.tables[k]


def number(text, most):
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise ValueError
    return int(text)


def usage():
    print(USAGE, file=sys.stderr)
    sys.exit(2)


def main(words):
    command, path, rest = words[0] if words else None, words[1] if len(words) > 1 else None, words[2:]
    if not path or command not in ("serve", "exchange") or (command == "serve" and rest):
        usage()
    options = Options(rest) if command == "exchange" else None
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        asyncio.run(exchange(path, options) if options else serve(path))
    except (OSError, Failure) as error:
        print(f"{NAME}: {error}", file=sys.stderr)
        sys.exit(1)


main(sys.argv[1:])
