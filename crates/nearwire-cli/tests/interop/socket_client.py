"""A client with the module `socket`: socket_client.py PATH echo|discard|source. Says what it saw, or fails."""

import random
import socket
import sys
import threading

COUNT = 1_000_003
PATIENCE = 25


def send(connection, data):
    """Sends in pieces of odd sizes, then says that nothing follows."""
    sizes = random.Random(2)
    start = 0
    while start < len(data):
        end = start + sizes.randrange(1, 60_000)
        connection.sendall(data[start:end])
        start = end
    connection.shutdown(socket.SHUT_WR)


def receive(connection, most=None):
    """Receives until the end, or until there are `most` bytes."""
    received = bytearray()
    while most is None or len(received) < most:
        room = 4093 if most is None else min(4093, most - len(received))
        piece = connection.recv(room)
        if not piece:
            break
        received += piece
    return bytes(received)


def exchange(connection):
    """Sends and receives at once: a server does not take ever more while its answers are not read."""
    data = random.Random(1).randbytes(COUNT)
    sender = threading.Thread(target=send, args=(connection, data), daemon=True)
    sender.start()
    received = receive(connection)
    sender.join(PATIENCE)
    return data, received


def echo(connection):
    data, received = exchange(connection)
    if received != data:
        sys.exit(f"{len(data)} bytes were sent, and {len(received)} others came back")
    print(len(received), "bytes came back")


def discard(connection):
    _, received = exchange(connection)
    if received:
        sys.exit(f"{len(received)} bytes came back")
    print("no answer")


def source(connection):
    received = receive(connection, 10_000)
    if received != bytes(position % 251 for position in range(10_000)):
        sys.exit(f"{len(received)} bytes came, and they are not the pattern")
    print("the pattern came")


path, service = sys.argv[1:]
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
    connection.settimeout(PATIENCE)
    connection.connect(path)
    {"echo": echo, "discard": discard, "source": source}[service](connection)
