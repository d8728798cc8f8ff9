"""Months go by and nobody looks at the texts again: staff are told, and a cry for help is answered."""

from datetime import UTC, datetime, time
from pathlib import Path

from companion.catalogue import load_catalogue
from companion.domain.due import dues, write_note
from tests.journeys.stack import Stack, until
from tests.people import AMINA, CLINIC, LINE, LONDON


def _told(stack: Stack) -> dict[str, tuple[str, str]]:
    return {task["kind"]: (task["urgency"], task["note"]) for task in stack.run("tasks")}


def test_overdue_texts_are_put_before_staff_and_safety_texts_still_go(
    running: Stack, templates: Path
) -> None:
    stack = running
    catalogue = load_catalogue(templates)
    safety, others = dues(catalogue, safety=True), dues(catalogue, safety=False)
    day = datetime.combine(max(safety | others).on, time(6), UTC)
    stack.run("clinic", "add", "--name", "Riverside Team", "--number", CLINIC, "--line", LINE, "--tz", LONDON)
    stack.run("enrol", "--name", "Amina", "--phone", AMINA, "--consent-by", "Nurse")

    stack.forward(to=f"{day:%Y-%m-%dT%H:%M:%SZ}")

    told = until(lambda: _told(stack), "the day's look")
    assert told == {
        "safety-text-overdue": ("urgent", write_note(safety)),
        "texts-overdue": ("today", write_note(others)),
    }
    assert '"event": "safety texts overdue"' in stack.log("worker")
    assert LINE in stack.text(AMINA, CLINIC, "I have a fever")["replies"][0]["body"]

    # Another worker finds the same, and tells nobody twice.
    stack.stop("worker")
    stack.start("worker")
    until(lambda: stack.log("worker").count('"event": "safety texts overdue"') == 2, "the new worker's look")
    assert [task["kind"] for task in stack.run("tasks")] == [*told, "urgent"]
