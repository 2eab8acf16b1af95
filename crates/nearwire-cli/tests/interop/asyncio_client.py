"""Sends bytes to an echo server on a local socket, with asyncio's streams, and compares what comes back."""

import asyncio
import random
import sys

COUNT = 1_000_003
PATIENCE = 25


async def send(writer, data):
    sizes = random.Random(2)
    start = 0
    while start < len(data):
        end = start + sizes.randrange(1, 60_000)
        writer.write(data[start:end])
        await writer.drain()
        start = end
    # The server learns that nothing follows, and can still answer.
    writer.write_eof()


async def main(path):
    data = random.Random(1).randbytes(COUNT)
    reader, writer = await asyncio.open_unix_connection(path)
    # Both at once: a server does not take ever more while its answers are not read.
    _, received = await asyncio.gather(send(writer, data), reader.read())
    writer.close()
    if received != data:
        sys.exit(f"{len(data)} bytes were sent, and {len(received)} others came back")
    print(len(received), "bytes came back")


asyncio.run(asyncio.wait_for(main(sys.argv[1]), PATIENCE))
