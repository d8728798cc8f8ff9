"""
A reviewer signs texts on the pages, or takes a signature back.

Stored in the database, because the files of texts may be of the program and read-only; a signature is under
one exact wording there as in reviews.toml (catalogue.signing), and counts at once, for every clinic.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from companion.catalogue.signing import Signature
from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import to_wall
from companion.domain.items import Item, Review
from companion.domain.languages import ENGLISH
from companion.errors import InvalidInput
from companion.records import TextSignature
from companion.services.auditing import Seen, note_person
from companion.services.named_texts import LONGEST_NAME, LONGEST_ROLE, named, written_out
from companion.services.setup import Setup
from companion.services.wordings import signed_catalogue


@dataclass(frozen=True)
class Reviewer:
    """Who signs: the person who is signed in, and what they say they are."""

    staff_id: int
    name: str
    role: str


def sign(
    setup: Setup,
    reviewer: Reviewer,
    language: str,
    wordings: Sequence[str],
    now: datetime,
    real_now: datetime,
) -> tuple[Review, ...]:
    """
    Sign each text, given as the `id@version` that was read; due again after the text's own time.

    All or none. Raises NotFound for a language or id there is not; InvalidInput for no text, a wording that
    is not the present one, a text that is English in this language, and a role that is empty.
    """
    name = written_out("name", reviewer.name, LONGEST_NAME)
    role = written_out("role", reviewer.role, LONGEST_ROLE)
    signature = Signature(name, role, _day(setup, now))
    with setup.database.transaction() as session:
        items = _named(session, setup, language, wordings, "signed")
        reviews = tuple(signature.under(item) for item in items)
        for item, review in zip(items, reviews, strict=True):
            session.add(_row(reviewer.staff_id, language, item, review, review.due, real_now))
            note_person(session, reviewer.staff_id, _seen("text-signed", language, item), real_now)
    return reviews


def take_back(
    setup: Setup, reviewer: Reviewer, language: str, wording: str, now: datetime, real_now: datetime
) -> None:
    """
    Make a signed text a draft again, whoever signed it and whether on the pages or in the files.

    Raises what `sign` does, and InvalidInput for a text that is not signed.
    """
    with setup.database.transaction() as session:
        (item,) = _named(session, setup, language, [wording], "taken back")
        if item.status != "reviewed" or item.review is None:
            raise InvalidInput("That text is not signed, so there is nothing to take back.")
        # Not before the day of what it takes back, or that would count as the later one.
        day = max(_day(setup, now), item.review.on)
        review = replace(item.review, reviewer=reviewer.name, on=day)
        session.add(_row(reviewer.staff_id, language, item, review, None, real_now))
        note_person(session, reviewer.staff_id, _seen("signature-taken-back", language, item), real_now)


def _named(session: Session, setup: Setup, language: str, wordings: Sequence[str], done: str) -> list[Item]:
    catalogue: Catalogue = signed_catalogue(session, setup, setup.languages.known(language))
    if not wordings:
        raise InvalidInput("Choose at least one text.")
    items = named(catalogue, wordings, done)
    if english := [item.id for item in items if item.id in setup.languages.english_in(language)]:
        raise InvalidInput(f"{', '.join(english[:5])} is English in {language}; look at it in {ENGLISH}.")
    return items


def _day(setup: Setup, now: datetime) -> date:
    return to_wall(now, setup.zone).date()


def _seen(action: str, language: str, item: Item) -> Seen:
    return Seen(action, subject=f"{language} {item.id}@{item.version}"[:80])


def _row(
    staff_id: int, language: str, item: Item, review: Review, due: date | None, at: datetime
) -> TextSignature:
    return TextSignature(
        language=language,
        item_id=item.id,
        version=review.version,
        staff_id=staff_id,
        reviewer=review.reviewer,
        role=review.role,
        signed_on=review.on,
        due=due,
        at=at,
    )
