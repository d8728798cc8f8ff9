"""Signatures that are stored: under which words they count, from when, and at what price."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from companion.catalogue import load_languages
from companion.domain.items import Item, Review
from companion.domain.signed import Signed, with_signatures
from companion.domain.staff import StaffScope
from companion.errors import InvalidInput, NotFound
from companion.records import AuditEvent, Role, TextSignature
from companion.services import rewording, signing_off, staff_accounts, wordings, words
from companion.services.setup import Setup
from companion.services.signing_off import Reviewer
from companion.services.staff_accounts import NewStaff
from tests.factories import a_clinic
from tests.fakes import MONDAY
from tests.made_up import ZZ, a_copy, made_up

READY = "ready.bone-marrow-test"


@pytest.fixture
def reviewer(setup: Setup) -> Reviewer:
    added = staff_accounts.add(setup, NewStaff("imran@hospital.example", Role.REVIEWER), MONDAY)
    return Reviewer(added.staff_id, "Dr Imran", "Consultant haematologist")


@pytest.fixture
def clinic(setup: Setup) -> int:
    return a_clinic(setup)


def item(setup: Setup, clinic: int, item_id: str = READY, language: str = "en") -> Item:
    found = wordings.catalogue_of_clinic(setup, clinic, language).everything()
    return next(one for one in found if one.id == item_id)


def sign(setup: Setup, reviewer: Reviewer, *texts: str, days: int = 0, language: str = "en") -> None:
    now = MONDAY + timedelta(days=days)
    signing_off.sign(setup, reviewer, language, texts, now, now)


def take_back(setup: Setup, reviewer: Reviewer, text: str = READY) -> None:
    signing_off.take_back(setup, reviewer, "en", text, MONDAY, MONDAY)


def test_a_signature_makes_the_present_words_reviewed_for_every_clinic(
    setup: Setup, reviewer: Reviewer, clinic: int
) -> None:
    assert item(setup, clinic).status == "draft"
    sign(setup, reviewer, READY)

    found = item(setup, clinic)
    assert found.review is not None
    assert (found.status, found.review.reviewer, found.review.role) == (
        "reviewed",
        "Dr Imran",
        "Consultant haematologist",
    )
    assert (found.review.on, found.review.due) == (MONDAY.date(), MONDAY.date().replace(year=2028))
    with setup.database.reading() as session:
        noted = session.exec(select(AuditEvent).where(AuditEvent.action == "text-signed")).one()
    assert noted.subject == f"en {READY}@{found.version}"


def test_a_safety_text_is_read_again_after_half_a_year(setup: Setup, reviewer: Reviewer, clinic: int) -> None:
    sign(setup, reviewer, "distress")

    review = item(setup, clinic, "distress").review
    assert review is not None
    assert review.due == MONDAY.date().replace(month=9)


def test_a_clinics_own_words_are_under_no_signature(setup: Setup, reviewer: Reviewer, clinic: int) -> None:
    rewording.set_wording(setup, clinic, "en", READY, "Come to door 4. Call {line}.", None, "Ada", MONDAY)
    sign(setup, reviewer, READY)

    assert item(setup, clinic).status == "draft"
    assert item(setup, clinic).review is None


def test_a_signature_counts_in_a_process_that_had_read_before(
    setup: Setup, reviewer: Reviewer, clinic: int
) -> None:
    elsewhere = replace(setup)
    sign(setup, reviewer, "distress")
    assert item(elsewhere, clinic, "distress").status == "reviewed"
    assert item(elsewhere, clinic).status == "draft"
    sign(setup, reviewer, READY)

    assert item(elsewhere, clinic).status == "reviewed"


def test_it_is_taken_back_and_given_again(setup: Setup, reviewer: Reviewer, clinic: int) -> None:
    sign(setup, reviewer, READY)
    take_back(setup, reviewer)
    assert item(setup, clinic).review is None
    with pytest.raises(InvalidInput, match="not signed"):
        take_back(setup, reviewer)
    sign(setup, reviewer, READY)

    assert item(setup, clinic).status == "reviewed"
    with setup.database.reading() as session:
        rows = session.exec(select(TextSignature).order_by(col(TextSignature.id))).all()
    assert [row.due is None for row in rows] == [False, True, False]


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ([], InvalidInput),
        (["nothing"], NotFound),
        ([f"{READY}@000000000000"], InvalidInput),
        ([READY, READY], InvalidInput),
        ([READY, "nothing"], NotFound),
    ],
    ids=["none", "unknown", "other words", "twice", "one unknown"],
)
def test_all_is_signed_or_nothing(
    setup: Setup, reviewer: Reviewer, clinic: int, texts: list[str], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        sign(setup, reviewer, *texts)

    assert item(setup, clinic).status == "draft"


@pytest.mark.parametrize("role", ["", "  ", "x" * 61, "a\u202eb"], ids=["empty", "blank", "long", "bidi"])
def test_who_signs_says_what_they_are(setup: Setup, reviewer: Reviewer, role: str) -> None:
    with pytest.raises(InvalidInput, match="role"):
        sign(setup, replace(reviewer, role=role), READY)


def _review(version: str, day: int, who: str) -> Review:
    on = MONDAY.date() + timedelta(days=day)
    return Review(version, who, "consultant", on, on + timedelta(days=365))


@pytest.mark.parametrize(
    ("of_file", "given", "stands"),
    [
        (None, [], None),
        (("now", 0), [], "file"),
        (("now", 0), [("now", 0, True)], "page 0"),
        (("now", 1), [("now", 0, True)], "file"),
        (("now", 0), [("now", 0, False)], None),
        (("now", 1), [("now", 0, False)], "file"),
        (("before", 9), [("now", 0, True)], "page 0"),
        (None, [("now", 0, True), ("before", 5, True)], "page 0"),
        (None, [("now", 0, True), ("now", 1, True)], "page 1"),
        (None, [("before", 0, True), ("now", 1, False)], None),
        (None, [("before", 0, True)], "page 0, other words"),
        (None, [("before", 0, False)], None),
    ],
    ids=[
        "nobody",
        "file alone",
        "same day",
        "file later",
        "taken back",
        "file after it was taken back",
        "file under other words",
        "other words later",
        "signed again",
        "taken back in these words",
        "words changed since",
        "taken back in other words",
    ],
)
def test_which_signature_stands(
    setup: Setup, of_file: tuple[str, int] | None, given: list[tuple[str, int, bool]], stands: str | None
) -> None:
    catalogue = setup.catalogue
    present = next(one for one in catalogue.everything() if one.id == READY)
    versions = {"now": present.version, "before": "0" * 12}
    review = _review(versions[of_file[0]], of_file[1], "file") if of_file else None
    ready = tuple(
        replace(one, item=replace(one.item, review=review)) if one.item.id == READY else one
        for one in catalogue.ready
    )
    rows = [
        Signed("en", READY, _review(versions[version], day, f"page {number}"), stands=signed)
        for number, (version, day, signed) in enumerate(given)
    ]

    laid = with_signatures(replace(catalogue, ready=ready), (), rows)

    found = next(one for one in laid.everything() if one.id == READY)
    who = found.review.reviewer if found.review else None
    other_words = ", other words" if found.review and found.status == "draft" else ""
    assert (f"{who}{other_words}" if who else None) == stands


def test_another_language_has_signatures_of_its_own(
    setup: Setup, reviewer: Reviewer, clinic: int, templates: Path, tmp_path: Path
) -> None:
    folder = a_copy(templates, tmp_path / "copy")
    made_up(folder)
    languages = load_languages(folder)
    there = replace(setup, languages=languages, templates=folder)
    english = min(languages.english_in(ZZ))
    theirs = next(o.id for o in languages.catalogues[ZZ].everything() if o.id not in languages.english_in(ZZ))
    sign(there, reviewer, theirs, language=ZZ)

    assert item(there, clinic, theirs, ZZ).status == "reviewed"
    assert item(there, clinic, theirs, "en").status == "draft"
    with pytest.raises(InvalidInput, match="English"):
        sign(there, reviewer, english, language=ZZ)
    sign(there, reviewer, english)
    assert item(there, clinic, english, ZZ).status == "reviewed"


@contextmanager
def counted(setup: Setup) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    event.listen(setup.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(setup.database.engine, "before_cursor_execute", note)


def test_the_texts_cost_the_same_few_queries_however_much_is_signed(
    setup: Setup, reviewer: Reviewer, clinic: int
) -> None:
    scope = StaffScope(reviewer.staff_id, clinic, Role.NURSE)
    with counted(setup) as before:
        words.look(setup, scope, "en", MONDAY)
    sign(setup, reviewer, *[one.id for one in setup.catalogue.everything()][:200])
    words.look(setup, scope, "en", MONDAY)
    with counted(setup) as after:
        words.look(setup, scope, "en", MONDAY)

    assert [len([s for s in found if s.startswith("SELECT")]) for found in (before, after)] == [5, 5]
