"""Processes die at the worst moment; nothing is doubled and nothing is forgotten."""

import sys
from pathlib import Path
from typing import Any

from tests.journeys.stack import Stack, until
from tests.people import AMINA, CLINIC, LINE, LONDON


def _people(stack: Stack) -> str:
    stack.run("clinic", "add", "--name", "Riverside Team", "--number", CLINIC, "--line", LINE, "--tz", LONDON)
    person = ("--name", "Amina", "--phone", AMINA, "--consent-by", "Nurse", "--no-welcome")
    enrolled = stack.run("enrol", *person)
    return str(enrolled[0]["patient"])


def _dying_web(stack: Stack) -> None:
    # By its path: some packages of others install a `tests` of their own.
    stack.start("web", sys.executable, str(Path(__file__).with_name("dying_web.py")), str(stack.web_port))


def _only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(rows) == 1, rows
    return rows[0]


def test_a_web_killed_between_storing_and_answering_answers_the_repeat_once(stack: Stack) -> None:
    stack.start("carrier")
    _people(stack)
    _dying_web(stack)
    first = stack.text(AMINA, CLINIC, "ASK Can I keep my cat?")
    assert first["alert"]
    stack.running.pop("web").wait()
    stack.start("web")

    again = stack.text(AMINA, CLINIC, "ASK Can I keep my cat?", sid=first["sid"])

    reply = _only(again["replies"])
    until(lambda: stack.settled(AMINA), "the delivery")
    assert stack.received(AMINA) == [reply["body"]]
    assert len(stack.run("inbox")) == 1
    row = _only(stack.run("outbox"))
    until(lambda: _only(stack.run("outbox"))["state"] == "delivered", "our record of it")
    assert row["sid"] == reply["sid"]
    assert "1. Can I keep my cat?" in stack.text(AMINA, CLINIC, "LIST")["replies"][0]["body"]


def test_an_answer_that_was_stored_and_never_asked_for_again_leaves_once(stack: Stack) -> None:
    stack.start("carrier")
    _people(stack)
    _dying_web(stack)
    stack.text(AMINA, CLINIC, "QUESTIONS")
    stack.running.pop("web").wait()
    stack.start("web")
    stack.start("worker")
    # The end of the lease is the next thing due; the answer is of use for a quarter of an hour only.
    stack.post_clock_to_next()

    stack.forward(advance_seconds=600)

    until(lambda: _only(stack.run("outbox"))["state"] == "delivered", "the answer")
    assert stack.tasks_about_people() == []
    assert stack.received(AMINA) == [_only(stack.run("outbox"))["body"]]


def _told_visit_with_the_worker_killed(stack: Stack, *faults: dict[str, Any]) -> None:
    """Book a visit whose first text is due at once, and kill the worker while the provider answers."""
    stack.start("carrier")
    stack.start("web")
    patient = _people(stack)
    # The provider takes the text and answers only after the worker is dead.
    stack.faults({"to": AMINA, "fault": "delay", "seconds": 5, "times": 1}, *faults)
    day = stack.now().date()
    wall = f"{day.replace(year=day.year + 1)}T10:30"
    stack.run("book", "--patient", patient, "--type", "clinic-review", "--at", wall, "--place", "-")
    stack.start("worker")
    stack.post_clock_to_next()
    until(lambda: stack.ledger(AMINA), "the provider to take the text")
    stack.kill("worker")


def test_a_worker_killed_after_acceptance_sends_nothing_twice_and_the_report_settles_it(stack: Stack) -> None:
    _told_visit_with_the_worker_killed(stack)
    until(lambda: stack.settled(AMINA), "the delivery")

    stack.start("worker")
    stack.forward(advance_seconds=3600)

    told = _only(stack.ledger(AMINA))
    row = next(r for r in stack.run("outbox") if r["rule"] == "heads-up")
    assert (row["state"], row["sid"]) == ("delivered", told["sid"])
    assert stack.tasks_about_people() == []


def test_a_worker_killed_after_acceptance_with_no_report_finds_the_text_and_sends_no_second(
    stack: Stack,
) -> None:
    _told_visit_with_the_worker_killed(stack, {"to": AMINA, "fault": "no-callbacks"})

    stack.start("worker")
    stack.forward(advance_seconds=24 * 3600)

    told = _only(stack.ledger(AMINA))
    row = next(r for r in stack.run("outbox") if r["rule"] == "heads-up")
    assert (row["state"], row["sid"]) == ("delivered", told["sid"])
    assert stack.tasks_about_people() == []


def test_an_orderly_end_finishes_what_is_in_flight(running: Stack) -> None:
    stack = running
    patient = _people(stack)
    stack.faults({"to": AMINA, "fault": "delay", "seconds": 1, "times": 1})
    day = stack.now().date()
    wall = f"{day.replace(year=day.year + 1)}T10:30"
    stack.run("book", "--patient", patient, "--type", "clinic-review", "--at", wall, "--place", "-")
    stack.post_clock_to_next()
    until(lambda: stack.ledger(AMINA), "the provider to take the text")

    assert stack.stop("worker") == 0

    row = next(r for r in stack.run("outbox") if r["rule"] == "heads-up")
    assert row["state"] in ("accepted", "sent", "delivered")
    assert stack.stop("web") == 0
    assert stack.stop("carrier") == 0
