"""
Three workers and two webs on one PostgreSQL, hundreds of texts due, others coming in, the server restarted.

A trial is one text that is due. Each person also texts in once, and each of those is taken and answered.
"""

import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from tests.chaos.processes_balancer import balanced
from tests.chaos.processes_outcomes import TIMEOUT_SECONDS
from tests.chaos.processes_people import add_clinic, be_within_hours, book, enrol, phone_of
from tests.chaos.processes_postgres import Server, postgres
from tests.chaos.processes_settling import settle_all, truth_of
from tests.chaos.processes_stack import Installation, installation
from tests.chaos.processes_truth import Truth
from tests.chaos.summary import Summary
from tests.journeys.stack import free_port
from tests.people import CLINIC

WORKERS = ("worker-1", "worker-2", "worker-3")
_WEBS = ("web-1", "web-2")
_TEXTING_AT_ONCE = 4
_RESTARTS = 3
#: So many that the workers, and not the pace of the number, decide how fast texts leave.
_SEGMENTS_PER_SECOND = 100
_FAULTS = (
    "drop-answer",
    "fail-after",
    "fail-before",
    "duplicate-callbacks",
    "no-callbacks",
    "reorder-callbacks",
)


@dataclass(frozen=True)
class Ran:
    due: int
    said: int
    kills: int
    restarts: int
    truth: Truth
    longest_unknown: float


def run_together(server: Server, due: int, seed: int) -> Ran:
    dice = random.Random(seed)
    ports = tuple(free_port() for _ in _WEBS)
    with installation(server.new_database(), COMPANION_HTTP_TIMEOUT=str(TIMEOUT_SECONDS)) as place:
        place.begin("carrier")
        be_within_hours(place)
        add_clinic(place, _SEGMENTS_PER_SECOND)
        phones = [phone_of(number) for number in range(due)]
        for phone in phones:
            book(place, enrol(place, phone))
        place.stack.faults(*({"to": "*", "fault": fault, "rate": 0.03} for fault in _FAULTS))
        with balanced(place.stack.web_port, ports), ThreadPoolExecutor(_TEXTING_AT_ONCE) as texting:
            for name, port in zip(_WEBS, ports, strict=True):
                place.begin(name, PORT=str(port))
            place.begin(*WORKERS)
            said = [texting.submit(_say, place, phone) for phone in phones]
            kills = _make_trouble(place, server, said, dice)
            place.stack.faults()
            settle_all(place)
        return Ran(due, len(said), kills, _RESTARTS, truth_of(place), place.unknowns.longest_seconds)


def _say(place: Installation, phone: str) -> None:
    place.stack.text(phone, CLINIC, "QUESTIONS")


def _make_trouble(
    place: Installation, server: Server, said: list["Future[None]"], dice: random.Random
) -> int:
    """Restart the server thrice and kill a process after each, spread over the texts; return the kills."""
    kills = 0
    for share in range(1, _RESTARTS + 1):
        enough = len(said) * share // (_RESTARTS + 1)
        while sum(future.done() for future in said) < enough:
            time.sleep(0.02)
        server.restart()
        kills += place.kill(dice.choice((*WORKERS, *_WEBS)))
    for future in said:
        future.result()
    return kills


def run(count: int, seed: int) -> Summary:
    """`count` people with a text due; at most a thousand have a number."""
    began = time.monotonic()
    with postgres() as server:
        ran = run_together(server, min(count, 1000), seed)
    truth = ran.truth
    return Summary(
        kind="together",
        asked=count,
        trials=ran.due,
        lost=len(truth.lost),
        doubled=len(truth.doubled),
        unsettled=len(truth.unsettled),
        failures=tuple(f"seed {seed}: {failure}" for failure in truth.failures),
        longest_unknown_seconds=ran.longest_unknown,
        seconds=time.monotonic() - began,
        notes=(
            f"{len(WORKERS)} workers, {len(_WEBS)} webs",
            f"{ran.said} texts in",
            f"{ran.restarts} restarts of the server",
            f"{ran.kills} processes killed",
        ),
    )
