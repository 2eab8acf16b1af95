"""An echo server on a local socket, with asyncio's streams. Prints `ready` when it listens."""

import asyncio
import sys

# What is read at once, and so what is kept of a client that does not read its answers.
PIECE = 64 * 1024


async def echo(reader, writer):
    try:
        while piece := await reader.read(PIECE):
            writer.write(piece)
            # Waits while the client is behind, instead of keeping ever more for it.
            await writer.drain()
    except ConnectionError:
        pass  # It left early, which is its right.
    finally:
        writer.close()


async def main(path):
    server = await asyncio.start_unix_server(echo, path)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main(sys.argv[1]))
