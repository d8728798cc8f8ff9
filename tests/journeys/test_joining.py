"""Someone joins: welcomed in two parts through real processes, and told how to get ready when they ask."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.journeys.stack import Stack, until
from tests.people import AMINA, BO, CLINIC, LINE, LONDON


def _enrol(stack: Stack, name: str, phone: str, *more: str) -> dict[str, object]:
    (enrolled,) = stack.run("enrol", "--name", name, "--phone", phone, "--consent-by", "Nurse", *more)
    return enrolled


def test_joining_and_getting_ready(running: Stack) -> None:
    stack = running
    stack.run("clinic", "add", "--name", "Riverside Team", "--number", CLINIC, "--line", LINE, "--tz", LONDON)
    enrolled = _enrol(stack, "Amina", AMINA)
    patient = str(enrolled["patient"])
    assert _enrol(stack, "Bo", BO, "--no-welcome")["planned"] == []

    # The welcome comes within sending hours, the first part first, and to her alone.
    rows = stack.run("outbox", "--patient", patient)
    assert [row["id"] for row in rows] == enrolled["planned"]
    stack.forward(to=rows[1]["send_at"])
    until(lambda: len(stack.received(AMINA)) == 2, "both parts")
    assert stack.received(AMINA) == [row["body"] for row in rows]
    for row in rows:
        local = datetime.fromisoformat(row["send_at"]).astimezone(ZoneInfo(LONDON))
        assert 8 <= local.hour < 20
    assert stack.received(BO) == []

    # VISIT tells the visit and how to get ready; MORE goes on until there is no more.
    day = (stack.now().astimezone(ZoneInfo(LONDON)) + timedelta(days=20)).date()
    booking = ("--type", "apheresis", "--at", f"{day}T09:30", "--place", "Level 2")
    stack.run("book", "--patient", patient, *booking)
    assert "Place: Level 2" in stack.text(AMINA, CLINIC, "VISIT")["replies"][0]["body"]
    until(lambda: len(stack.received(AMINA)) == 4, "the first text on getting ready")
    first = stack.received(AMINA)[-1]
    second, third, fourth = (
        stack.text(AMINA, CLINIC, word)["replies"][0]["body"] for word in ("MORE", "NEXT", "MORE")
    )
    assert [text.endswith("Reply MORE for more on getting ready.") for text in (first, second, third)] == [
        True,
        True,
        False,
    ]
    assert len({first, second, third}) == 3
    assert fourth.startswith("That is all we have")
