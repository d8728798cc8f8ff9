"""
The database takes nothing for a while - full, locked, read-only, stopped - and then does again.

A trial is one such time: a text is on its way when it begins, a person texts in, and staff book meanwhile.
Each is told clearly, no process dies of it, and afterwards all is made good.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from companion.errors import StorageError
from tests.chaos.processes_breaking import (
    Trouble,
    full,
    locked_file,
    locked_tables,
    read_only_server,
    small_disk,
    stopped_server,
)
from tests.chaos.processes_outcomes import TIMEOUT_SECONDS
from tests.chaos.processes_people import add_clinic, be_within_hours, book, enrol, phone_of
from tests.chaos.processes_postgres import Server, postgres
from tests.chaos.processes_settling import settle_all, truth_of
from tests.chaos.processes_stack import Installation, installation
from tests.chaos.processes_truth import Truth
from tests.chaos.summary import Summary
from tests.journeys.stack import until
from tests.people import CLINIC

#: Within the HTTP timeout, and long enough for the trouble to begin while the text is handed over.
_SLOW_SECONDS = 0.8
#: The provider gives a webhook up after 15 seconds, and a writer of a SQLite file its wait.
_LONGER_THAN_ANYBODY_WAITS = 18
_BUSY = ("sweep failed", "outcome not recorded", "overdue texts not looked at", "offers not forgotten")


@dataclass(frozen=True)
class Ran:
    trouble: str
    times: int
    #: What was not as clear as it has to be.
    unclear: tuple[str, ...]
    truth: Truth
    longest_unknown: float


def troubles(server: Server) -> Sequence[Trouble]:
    return (
        Trouble("full", "sqlite", full),
        Trouble("locked", "sqlite", locked_file, waits=True),
        Trouble("locked", "postgresql", locked_tables, waits=True),
        Trouble("locked for long", "sqlite", locked_file, _LONGER_THAN_ANYBODY_WAITS, waits=True),
        Trouble("locked for long", "postgresql", locked_tables, _LONGER_THAN_ANYBODY_WAITS, waits=True),
        Trouble("read-only", "postgresql", read_only_server),
        Trouble("stopped", "postgresql", lambda _: stopped_server(server)),
    )


def run_trouble(trouble: Trouble, server: Server, times: int) -> Ran:
    with ExitStack() as held:
        if trouble.database == "sqlite":
            folder, _ = held.enter_context(small_disk())
            url = f"sqlite:///{folder}/companion.db"
        else:
            url = server.new_database()
        place = held.enter_context(installation(url, COMPANION_HTTP_TIMEOUT=str(TIMEOUT_SECONDS)))
        place.begin("carrier")
        add_clinic(place)
        place.begin("web", "worker")
        unclear = [found for at in range(times) for found in _one_time(place, trouble, at)]
        settle_all(place)
        name = f"{trouble.name} {trouble.database}"
        return Ran(name, times, tuple(unclear), truth_of(place), place.unknowns.longest_seconds)


def _one_time(place: Installation, trouble: Trouble, at: int) -> list[str]:
    """Have the trouble once; return what was unclear about it."""
    be_within_hours(place)
    told, texts, booked = (phone_of(at * 3 + one) for one in range(3))
    place.stack.faults({"to": told, "fault": "delay", "seconds": _SLOW_SECONDS, "times": 1})
    people = [enrol(place, phone) for phone in (told, texts, booked)]
    pids, errors = dict(place.forge.pids), _errors(place)
    book(place, people[0])
    until(lambda: place.stack.ledger(told), "the carrier to take the text")
    with ThreadPoolExecutor(2) as pool:
        with trouble.begin(place):
            answer = pool.submit(place.stack.text, texts, CLINIC, "I have a fever")
            booking = pool.submit(partial(_refused, place, people[2]))
            time.sleep(trouble.lasts_seconds)
            if not trouble.waits:
                until(lambda: answer.done() and booking.done(), "both to be told")
        status, refused = answer.result()["webhook_status"], booking.result()
    until(lambda: place.stack.settled(told), "the delivery")
    settle_all(place)
    return list(_unclear(place, trouble, status, pids, refused=refused, errors=_errors(place) - errors))


def _refused(place: Installation, patient: int) -> bool:
    try:
        book(place, patient)
    except StorageError:
        return True
    return False


def _unclear(
    place: Installation,
    trouble: Trouble,
    status: int | None,
    pids: dict[str, int],
    *,
    refused: bool,
    errors: int,
) -> Sequence[str]:
    waits = trouble.waits
    told = status is not None and status >= 500
    # A provider that has given up has a text that is fetched from it later.
    taken = waits and status in (None, 200)
    checks = (
        (told or taken, f"the webhook answered {status}"),
        (refused or waits, "staff were not told that nothing was booked"),
        (errors > 0 or waits, "the worker said nothing of it"),
        (place.forge.pids == pids, f"processes died: {pids} are now {place.forge.pids}"),
    )
    return [f"{trouble.name} {trouble.database}: {said}" for clear, said in checks if not clear]


def _errors(place: Installation) -> int:
    log = (place.stack.folder / "worker.log").read_text("utf-8", "replace")
    return sum(log.count(event) for event in _BUSY)


def run(count: int, seed: int) -> Summary:
    """Each trouble so many times; nothing of it is left to chance, so that the seed is only named."""
    began = time.monotonic()
    with postgres() as server:
        ran = [run_trouble(trouble, server, count) for trouble in troubles(server)]
    failures = [f"seed {seed}: {said}" for each in ran for said in each.unclear]
    failures += [f"seed {seed}, {each.trouble}: {said}" for each in ran for said in each.truth.failures]
    return Summary(
        kind="disk",
        asked=count * len(ran),
        trials=sum(each.times for each in ran),
        lost=sum(len(each.truth.lost) for each in ran),
        doubled=sum(len(each.truth.doubled) for each in ran),
        unsettled=sum(len(each.truth.unsettled) for each in ran),
        failures=tuple(failures),
        longest_unknown_seconds=max(each.longest_unknown for each in ran),
        seconds=time.monotonic() - began,
        notes=(", ".join(each.trouble for each in ran),),
    )
