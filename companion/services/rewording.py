"""
A clinic puts its own words in place of a text, or takes them back.

Own words are held against every rule the catalogue is held against: whatever they would make wrong, in
their own text or in another one they stand in, is refused and nothing is stored. What waits in the outbox
is written anew in the same transaction, so that a nurse who looks there reads what will be sent.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from companion.domain.languages import ENGLISH
from companion.domain.local_wording import OwnWording, fitting, stands_in_reminders
from companion.errors import InvalidInput, NotFound
from companion.records import LocalWording
from companion.services import judging_words, plans, wordings
from companion.services.auditing import Author, Seen
from companion.services.judging_words import Trouble
from companion.services.setup import Setup
from companion.storage import people
from companion.storage import wordings as stored

_LONGEST_NAME = 200


class WordsRefused(InvalidInput):
    """These words cannot stand, and nothing was stored."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        told = " ".join(f"({number}) {trouble.line}" for number, trouble in enumerate(troubles, 1))
        super().__init__(f"These words cannot stand, and nothing was stored. To mend: {told}")
        self.troubles = tuple(troubles)


def set_wording(
    setup: Setup,
    clinic_id: int,
    language: str,
    item_id: str,
    text: str,
    push: str | None,
    by: str,
    now: datetime,
    author: Author | None = None,
) -> LocalWording:
    """
    Put the clinic's words in place of one text, also of what is planned already; idempotent but for `now`.

    Raises NotFound for a clinic, a language or a text there is not, and InvalidInput naming every problem
    these words would bring that is not there without them. Nothing is stored then.
    """
    by = _name(by)
    catalogue = setup.languages.catalogues[setup.languages.known(language)]
    wording = fitting(catalogue, OwnWording(item_id, text, push))
    with setup.database.reading() as session:
        before = wordings.own_wordings(session, setup, people.clinic(session, clinic_id), language)
    # Judging takes a second or more: nobody's text waits for it.
    if troubles := judging_words.new_troubles(setup, catalogue, before, wording, now):
        raise WordsRefused(troubles)
    with setup.database.transaction() as session:
        clinic = stored.locked_clinic(session, clinic_id)
        if wordings.own_wordings(session, setup, clinic, language) != before:
            raise InvalidInput("Another wording of this clinic was changed at the same time; try again.")
        row = _store(session, clinic_id, language, wording, by, now)
        _write_anew(session, setup, clinic_id, language, item_id, now)
        if author:
            author.note(session, Seen("own-words-set", subject=f"{language} {item_id}"))
    return row


def drop_wording(
    setup: Setup,
    clinic_id: int,
    language: str,
    item_id: str,
    now: datetime,
    author: Author | None = None,
) -> None:
    """Take the clinic's words back; the catalogue's stand again. Raises NotFound if there are none."""
    with setup.database.transaction() as session:
        stored.locked_clinic(session, clinic_id)
        row = stored.one(session, clinic_id, language, item_id)
        if row is None:
            raise NotFound(f"Clinic {clinic_id} has no words of its own for {item_id} in {language}.")
        session.delete(row)
        session.flush()
        _write_anew(session, setup, clinic_id, language, item_id, now)
        if author:
            author.note(session, Seen("own-words-dropped", subject=f"{language} {item_id}"))


def list_wordings(setup: Setup, clinic_id: int | None = None) -> Sequence[LocalWording]:
    """Return clinics' own words by clinic, language and id; raises NotFound for a clinic there is not."""
    with setup.database.reading() as session:
        if clinic_id is not None:
            people.clinic(session, clinic_id)
        return stored.everything(session, clinic_id)


def in_use(setup: Setup, row: LocalWording) -> bool:
    """Say whether these words still fit: their text, or a line they name, may have gone since."""
    try:
        fitting(
            setup.languages.catalogues[setup.languages.known(row.language)],
            OwnWording(row.item_id, row.text, row.push),
        )
    except InvalidInput:
        return False
    return True


def _store(
    session: Session, clinic_id: int, language: str, wording: OwnWording, by: str, now: datetime
) -> LocalWording:
    row = stored.one(session, clinic_id, language, wording.item_id)
    if row is None:
        row = LocalWording(
            clinic_id=clinic_id,
            language=language,
            item_id=wording.item_id,
            text=wording.text,
            push=wording.push,
            written_by=by,
            written_at=now,
        )
    row.text, row.push, row.written_by, row.written_at = wording.text, wording.push, by, now
    session.add(row)
    session.flush()
    return row


def waiting_for(session: Session, setup: Setup, clinic_id: int, language: str, item_id: str) -> list[int]:
    """Return who of the clinic has a reminder waiting that the text may stand in, by id."""
    if not stands_in_reminders(setup.languages.english, item_id):
        return []
    found = []
    for patient_id, theirs in stored.with_reminders_waiting(session, clinic_id):
        served = setup.languages.served(theirs)
        borrowed = language == ENGLISH and item_id in setup.languages.english_in(served)
        if served == language or borrowed:
            found.append(patient_id)
    return found


def _write_anew(
    session: Session, setup: Setup, clinic_id: int, language: str, item_id: str, now: datetime
) -> None:
    """Plan anew for those who have a reminder waiting that the text may stand in."""
    for patient_id in waiting_for(session, setup, clinic_id, language, item_id):
        plans.replan(session, setup, people.patient(session, patient_id), now)


def _name(by: str) -> str:
    by = " ".join(by.split())
    if not by or len(by) > _LONGEST_NAME:
        raise InvalidInput(f"Say who wrote it, in 1 to {_LONGEST_NAME} letters, with --by.")
    return by
