"""What somebody who has the database file, or reads the tables, but has no key can learn."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from companion.services.setup import Setup
from tests.factories import a_clinic, a_patient, a_text, a_visit, tasks_of

SECRET = {
    "name": "Zephyrine",
    "phone": "2025550101",
    "reference": "QX-77-4411",
    "consent": "Okafor-Ballantyne",
    "place": "Cobalt wing",
    "own question": "my violin",
    "kept question": "side effects",
    "text": "marmalade",
}


@pytest.fixture
def lived_in(setup: Setup) -> Setup:
    """A database in which every kind of private thing has been stored."""
    a_clinic(setup)
    patient = a_patient(
        setup, name=SECRET["name"], reference=SECRET["reference"], consent_by=SECRET["consent"]
    )
    a_visit(setup, patient, place=SECRET["place"])
    for body in (
        "QUESTIONS",
        "KEEP 1",
        f"ASK Can I play {SECRET['own question']}?",
        "LIST",
        f"what about {SECRET['text']}",
        "CALL ME",
        "VISIT",
    ):
        a_text(setup, body)
    assert SECRET["name"] in tasks_of(setup)[0].note
    return setup


def stored_cells(setup: Setup) -> list[str]:
    """Return every cell of every table as it lies in the database, with no key applied."""
    with setup.database.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = [row for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))]
    return [str(cell) for row in rows for cell in row]


@pytest.mark.parametrize("what", SECRET)
def test_no_table_shows_it(lived_in: Setup, what: str) -> None:
    cells = stored_cells(lived_in)

    assert len(cells) > 200
    assert [cell for cell in cells if SECRET[what].casefold() in cell.casefold()] == []


def test_no_body_that_went_out_is_shown(lived_in: Setup) -> None:
    cells = " ".join(stored_cells(lived_in))

    assert [said for said in ("You have a visit", "Reply", "Place:") if said in cells] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_bytes_of_the_sqlite_file_and_its_log_show_none_of_it(lived_in: Setup) -> None:
    file = Path(make_url(str(lived_in.database.engine.url)).database or "")
    found = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))

    assert b"clinic-review" in found  # it is the right file, and something of it is plain
    assert [what for what, secret in SECRET.items() if secret.encode() in found] == []


def test_a_phone_cannot_be_found_by_trying_all_numbers_without_the_hash_key(lived_in: Setup) -> None:
    """The look-up column is keyed: it is neither the number nor its plain SHA-256."""
    cells = stored_cells(lived_in)
    plain = {hashlib.sha256(form.encode()).hexdigest() for form in ("+12025550101", "phone:+12025550101")}

    assert lived_in.hasher.phone("+12025550101") in cells
    assert plain.isdisjoint(cells)
