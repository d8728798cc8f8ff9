"""
How fast what is due leaves: `make bench`, or `python -m bench.dispatch [TEXTS]`.

Real worker processes against a provider on this machine that takes each text at once or after 100 ms. Counted
is what the provider saw, from the first text to the last. All texts are held back until every worker has
swept, and then fall due together; no number is paced. Beside it stands the peer, one process of APScheduler
with its own job store, in the same run. Only ratios say something about another machine; on a busy one the
CPU time says more than the rate. Ideal: every thread of every worker waits for the provider all the time.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from bench import databases, people
from companion import settings
from companion.bootstrap import Companion, build
from companion.carrier.config import CarrierConfig
from companion.carrier.server import running as local_carrier
from companion.services import overview
from companion.services.dispatch import BATCH
from companion.storage import counting, migration
from companion.storage.keys import new_key
from companion.transports.base import OutboundText
from companion.transports.twilio import TwilioAccount, TwilioTransport
from tests.journeys.stack import Stack, free_port, until
from tests.people import ACCOUNT_SID, AUTH_TOKEN, CLINIC

_LATENCIES = (0.0, 0.1)
_WORKERS = (1, 2, 3)
_CLINICS = 8
_PATIENCE = 300.0


@dataclass(frozen=True)
class Seen:
    """What the provider saw."""

    times: tuple[float, ...]
    #: Texts it got again, word for word.
    repeated: int
    #: What sending took of the processes that sent.
    cpu_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Texts a second, from the first to the last."""
        return (len(self.times) - 1) / (self.times[-1] - self.times[0])


@contextmanager
def provider(seconds: float) -> Iterator[str]:
    """Run the fake provider in a process of its own; yield its address."""
    port = free_port()
    process = subprocess.Popen((sys.executable, "-m", "bench.provider", str(port), str(seconds)))  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(address), "the provider")
        yield address
    finally:
        process.terminate()
        process.wait()


def taken(address: str) -> Seen:
    answer = requests.get(f"{address}/taken", timeout=30).json()
    return Seen(tuple(answer["times"]), answer["repeated"])


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/taken", timeout=2).ok
    except requests.RequestException:
        return False


def installation(folder: Path, url: str, key: str, address: str) -> Stack:
    stack = Stack(folder, url, key=key, carrier_port=int(address.rpartition(":")[2]))
    # Nobody is there to be reported to.
    stack.extra["PUBLIC_URL"] = "http://127.0.0.1:9"
    return stack


def opened(stack: Stack) -> Companion:
    return build(settings.load(stack.environment), clock=lambda: datetime.now(UTC))


def dispatched(stack: Stack, address: str, workers: int) -> Seen:
    """Start the workers, let all texts fall due at once, and wait until the provider has them."""
    companion = opened(stack)
    try:
        for n in range(workers):
            stack.start(f"worker-{n}", sys.executable, "-m", "companion", "worker")
        until(lambda: _ticking(companion) == workers, "the workers", _PATIENCE)
        before = _cpu_seconds(stack)
        people.due_at(companion.setup, datetime.now(UTC) - timedelta(minutes=1))
        until(lambda: _settled(companion), "the texts", _PATIENCE)
        spent = _cpu_seconds(stack) - before
        for name in list(stack.running):
            stack.stop(name)
    finally:
        stack.close()
        companion.close()
    return replace(taken(address), cpu_seconds=spent)


def _ticking(companion: Companion) -> int:
    return len(overview.readiness(companion.setup, companion.clock()).workers)


def _settled(companion: Companion) -> bool:
    """Say whether no text waits or is under way any more."""
    with companion.setup.database.reading() as session:
        counts = counting.texts_under_way(session)
    return not any(many for (state, _), many in counts.items() if state in ("pending", "leased"))


def _cpu_seconds(stack: Stack) -> float:
    """Return what the workers have used so far; the kernel's table of a process counts in ticks."""
    ticks = 0
    for worker in stack.running.values():
        fields = Path(f"/proc/{worker.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def peer(url: str, address: str, texts: int) -> Seen:
    arguments = (sys.executable, "-m", "bench.peer", url, address, str(texts))
    done = subprocess.run(arguments, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return replace(taken(address), cpu_seconds=float(done.stdout))


def ceiling(address: str, texts: int) -> float:
    """Return how many texts a second one process hands over through the same client, doing nothing else."""
    transport = TwilioTransport(TwilioAccount(ACCOUNT_SID, AUTH_TOKEN, api_url=address))

    def send(n: int) -> None:
        text = OutboundText(f"+447700900{n % 1000:03}", CLINIC, f"text {n}", "http://127.0.0.1:9/", None)
        transport.send(text)

    begun = time.perf_counter()
    with ThreadPoolExecutor(BATCH) as pool:
        list(pool.map(send, range(texts)))
    return texts / (time.perf_counter() - begun)


def main(texts: int) -> None:
    for line in _report(texts):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _report(texts: int) -> Iterator[str]:
    for latency in _LATENCIES:
        with provider(latency) as address:
            rate = ceiling(address, texts)
        yield f"a bare client hands the provider at {latency * 1000:.0f} ms {rate:.0f} texts/s"
    yield f"a bare client hands the local carrier {_ceiling_of_carrier(texts):.0f} texts/s"
    yield (
        f"{'':<11}{'latency':>8}{'workers':>9}{'texts/s':>9}{'of ideal':>10}{'of peer':>9}"
        f"{'CPU ms/text':>13}{'of peer':>9}{'doubled':>9}{'lost':>6}"
    )
    with databases.kinds() as found:
        for kind in found:
            yield from _lines(kind, texts)


def _lines(kind: databases.Kind, texts: int) -> Iterator[str]:
    key = new_key()
    _fill(installation(kind.folder, kind.filled, key, "http://127.0.0.1:9"), texts)
    for latency in _LATENCIES:
        with provider(latency) as address:
            theirs = peer(kind.copy(), address, texts)
        yield _line(kind.name, latency, "peer", theirs, theirs, texts, 1)
        for workers in _WORKERS:
            with provider(latency) as address:
                stack = installation(kind.folder, kind.copy(), key, address)
                ours = dispatched(stack, address, workers)
            yield _line(kind.name, latency, str(workers), ours, theirs, texts, workers)


def _fill(stack: Stack, texts: int) -> None:
    companion = opened(stack)
    migration.upgrade(companion.setup.database)
    people.fill(companion.setup, texts, _CLINICS, datetime.now(UTC))
    people.send_at_any_rate(companion.setup)
    companion.close()


def _line(name: str, latency: float, who: str, seen: Seen, theirs: Seen, texts: int, workers: int) -> str:
    ideal = f"{seen.rate / (workers * BATCH / latency):.2f}" if latency else "-"
    lost = texts - (len(seen.times) - seen.repeated)
    of_peer = seen.rate / theirs.rate
    return (
        f"{name:<11}{latency * 1000:>5.0f} ms{who:>9}{seen.rate:>9.0f}{ideal:>10}{of_peer:>8.2f}x"
        f"{seen.cpu_seconds / texts * 1000:>13.1f}{seen.cpu_seconds / theirs.cpu_seconds:>8.1f}x"
        f"{seen.repeated:>9}{lost:>6}"
    )


def _ceiling_of_carrier(texts: int) -> float:
    templates = Path(__file__).parents[1] / "templates"
    config = CarrierConfig(ACCOUNT_SID, (AUTH_TOKEN,), "http://127.0.0.1:9/sms/inbound", templates)
    with local_carrier(config) as address:
        return ceiling(address, texts)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
