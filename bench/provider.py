"""
A provider that does nothing but take texts: `python -m bench.provider PORT SECONDS`, on this machine only.

It answers a POST like Twilio's Messages resource after so many seconds, and says at GET /taken what it took
and when. It sends no reports. The local carrier, which does all a network does, would be what is measured.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from time import perf_counter
from urllib.parse import parse_qs

_EMPTY_PAGE = {"messages": [], "page_size": 50, "next_page_uri": None}


class Provider:
    """What was taken: the time of each POST, and how often each recipient's words came."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._times: list[float] = []
        self._texts: Counter[tuple[str, str]] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, one after another."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                body = await reader.readexactly(_length(head))
                status, answer = await self._answer(head.split(" ", 2)[:2], body)
                writer.write(_response(status, answer))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, request: list[str], body: bytes) -> tuple[str, object]:
        method, path = request
        if path == "/taken":
            return "200 OK", {"times": self._times, "repeated": sum(n - 1 for n in self._texts.values())}
        if "/Messages.json" not in path:
            return "404 Not Found", {"code": 20404, "message": "not here", "status": 404}
        if method == "GET":
            return "200 OK", _EMPTY_PAGE
        return await self._take(parse_qs(body.decode()))

    async def _take(self, form: dict[str, list[str]]) -> tuple[str, object]:
        self._times.append(perf_counter())
        self._texts[form["To"][0], form["Body"][0]] += 1
        sid = f"SM{len(self._times):032x}"
        if self._seconds:
            await asyncio.sleep(self._seconds)
        return "201 Created", {"sid": sid, "status": "queued"}


def _length(head: str) -> int:
    return next(_lengths(head), 0)


def _lengths(head: str) -> Iterator[int]:
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            yield int(value)


def _response(status: str, answer: object) -> bytes:
    body = json.dumps(answer).encode()
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


async def run(port: int, seconds: float) -> None:
    server = await asyncio.start_server(Provider(seconds).serve, "127.0.0.1", port, backlog=256)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), float(sys.argv[2])))
