"""Someone enrols, asks, is reminded, is moved and opts out: real HTTP, real processes, both databases."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.journeys.stack import Stack, until
from tests.people import AMINA, CLINIC, LINE, LONDON

_FINAL = {"delivered", "undelivered", "failed", "withdrawn", "suppressed", "expired"}


def _wall(stack: Stack, days: int, clock: str) -> str:
    day = (stack.now().astimezone(ZoneInfo(LONDON)) + timedelta(days=days)).date()
    return f"{day}T{clock}"


def _enrolled(stack: Stack) -> str:
    stack.run("clinic", "add", "--name", "Riverside Team", "--number", CLINIC, "--line", LINE, "--tz", LONDON)
    enrolled = stack.run(
        "enrol",
        "--name",
        "Amina",
        "--phone",
        AMINA,
        "--consent-by",
        "Nurse",
        "--treatment",
        "car-t-cell-therapy",
    )
    return str(enrolled[0]["patient"])


def _row(stack: Stack, patient: str, rule: str, state: str) -> dict[str, Any]:
    rows = [r for r in stack.run("outbox", "--patient", patient) if (r["rule"], r["state"]) == (rule, state)]
    assert len(rows) == 1, rows
    return rows[0]


def _local(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["send_at"]).astimezone(ZoneInfo(LONDON)).replace(tzinfo=None)


def test_a_week_with_the_companion(running: Stack) -> None:
    stack = running
    patient = _enrolled(stack)
    visit = _wall(stack, 8, "09:30")

    booked = stack.run(
        "book", "--patient", patient, "--type", "clinic-review", "--at", visit, "--place", "Level 2"
    )
    assert len(booked[0]["planned"]) == 3

    # A text in, this treatment's questions out.
    answered = stack.text(AMINA, CLINIC, "Questions?")
    assert answered["webhook_status"] == 200
    assert "CAR T" in stack.text(AMINA, CLINIC, "CART")["replies"][0]["body"]
    assert "1. " in answered["replies"][0]["body"]
    assert "MORE" in answered["replies"][0]["body"]

    # The reminders come at their local times, and say date and time.
    start = datetime.fromisoformat(visit)
    for rule, days, clock in (
        ("heads-up", 7, "10:00"),
        ("confirm", 3, "10:00"),
        ("evening-before", 1, "18:00"),
    ):
        planned = _row(stack, patient, rule, "pending")
        assert _local(planned) == datetime.fromisoformat(f"{(start - timedelta(days=days)).date()}T{clock}")
        if rule == "evening-before":
            break
        stack.forward(to=planned["send_at"])
        until(lambda body=planned["body"]: stack.received(AMINA)[-1] == body, f"the {rule} text")
        assert f"{start:%A} {start.day} {start:%B} at 9:30am" in planned["body"]
    confirm = stack.received(AMINA)[-1]
    assert "COMING" in confirm
    assert "3. " in confirm
    assert "CAR" not in confirm

    # Moved after it was told: one correction, the old evening-before withdrawn, new ones planned.
    later = _wall(stack, 10, "14:00")
    moved = stack.run("move", str(booked[0]["appointment"]), "--at", later)
    assert len(moved[0]["withdrawn"]) == 1
    new_start = datetime.fromisoformat(later)
    correction = next(r for r in stack.run("outbox", "--patient", patient) if r["rule"] == "correction")
    stack.forward(to=correction["send_at"]) if correction["state"] == "pending" else None
    until(lambda: any("2pm" in body and "9:30am" in body for body in stack.received(AMINA)), "the correction")
    corrections = [b for b in stack.received(AMINA) if "2pm" in b and "9:30am" in b]
    assert len(corrections) == 1
    assert f"{new_start.day} {new_start:%B} at 2pm" in corrections[0]

    heads_up = _row(stack, patient, "heads-up", "pending")
    assert "at 2pm" in heads_up["body"]
    stack.forward(to=heads_up["send_at"])
    until(lambda: stack.received(AMINA)[-1] == heads_up["body"], "the new heads-up")
    until(lambda: stack.settled(AMINA), "the deliveries")

    # STOP: nothing more, and every row says why.
    before = len(stack.received(AMINA))
    assert stack.text(AMINA, CLINIC, "STOP")["replies"] == []
    stack.forward(advance_seconds=11 * 24 * 3600)
    assert len(stack.received(AMINA)) == before

    rows = stack.run("outbox", "--patient", patient)
    assert {r["state"] for r in rows} <= _FINAL
    assert all(r["reason"] for r in rows if r["state"] in ("withdrawn", "suppressed"))
    sent = [r["sid"] for r in rows if r["state"] == "delivered"]
    assert sorted(sent) == sorted(
        m["sid"] for m in stack.ledger(AMINA) if m["direction"].startswith("outbound")
    )
    assert {r["reason"] for r in rows if r["state"] == "suppressed"} == {"stopped"}
    assert [t["kind"] for t in stack.tasks_about_people()] == ["opted-out-before-visit"]
