"""
Asks the provider what became of our texts: lost ones by listing, those without a last report by name.

A row is kept for one worker by the time it is next asked about, which is committed before the provider is
spoken to; no session is open then. Whatever dies in between leaves a row that is asked about again.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from companion.domain.provider_codes import OPTED_OUT
from companion.domain.reconciliation import Seen
from companion.errors import CompanionError, StorageError
from companion.records import OutboundMessage, OutboundState
from companion.services import calls, outcomes, verdicts
from companion.services.setup import Setup
from companion.services.steps import Step
from companion.storage import asking, due, outbox, people
from companion.storage.apart import apart
from companion.transports.base import Gone, Unavailable

#: Texts asked about together.
_BATCH = 8
#: So many batches at one tick: texts that are due must not wait long behind what is asked.
_BATCHES = 4
#: Longer than asking about one text can take: all its pages, each up to the HTTP timeout.
_KEPT = timedelta(minutes=3)
#: Pages of one number's list that are read, a clinic's years of texts to one person.
_PAGES = 10

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Question:
    """One text to ask about."""

    row_id: int
    state: OutboundState
    sid: str | None
    phone: str
    #: The clinic's number.
    sender: str
    handed_at: datetime
    #: Until when it is kept for this worker; also tells whether it still is.
    kept_until: datetime


#: The texts to the number since the lease; or the text; or that it is not known.
Answer = tuple[Seen, ...] | Seen | Gone | Unavailable


def ask(setup: Setup, clock: Callable[[], datetime], ending: Callable[[], bool] = lambda: False) -> int:
    """
    Ask about the texts whose time has come, some at a time; return about how many an answer came.

    Safe in any number of workers at once. Stops at the first answer the provider does not give: too many
    requests are not answered with more.
    """
    settled = 0
    with ThreadPoolExecutor(max_workers=_BATCH) as pool:
        for _ in range(_BATCHES):
            questions = [] if ending() else _take(setup, clock())
            answers = list(pool.map(lambda question: _answer(setup, question), questions))
            for question, answer in zip(questions, answers, strict=True):
                _settle(setup, question, answer, clock())
            settled += sum(not isinstance(answer, Unavailable) for answer in answers)
            if not questions or any(isinstance(answer, Unavailable) for answer in answers):
                break
    return settled


def _take(setup: Setup, now: datetime) -> list[Question]:
    """Keep the next texts for this worker, commit, and return what to ask; rows that cannot be read wait."""
    kept_until = now + _KEPT
    with setup.database.transaction() as session:
        found = asking.texts_to_ask_about(session, now, _BATCH, kept_until)
        return [question for row_id in found if (question := _question(session, row_id, kept_until, now))]


def _question(session: Session, row_id: int, kept_until: datetime, now: datetime) -> Question | None:
    try:
        with apart(session):
            row = outbox.message(session, row_id)
            clinic = people.clinic(session, row.clinic_id)
            assert row.handed_at is not None
            state = OutboundState(row.state)
            return Question(row_id, state, row.sid, row.phone, clinic.number, row.handed_at, kept_until)
    except CompanionError as error:
        _log.error(
            "text cannot be asked about", outbound=row_id, error=type(error.__cause__ or error).__name__
        )
        calls.raise_set_aside(session, due.set_aside(session, row_id, kept_until), now)
        return None


def _answer(setup: Setup, question: Question) -> Answer:
    setup.reached(Step.QUESTION_COMMITTED)
    answer = _ask(setup, question)
    setup.reached(Step.QUESTION_ANSWERED)
    return answer


def _ask(setup: Setup, question: Question) -> Answer:
    try:
        if question.state == OutboundState.UNKNOWN:
            return _listed(setup, question)
        return setup.transport.fetch_text(question.sid) if question.sid else Gone()
    except Exception as error:  # noqa: BLE001 - it is asked again; nothing is known until then
        return Unavailable(type(error).__name__)


def _listed(setup: Setup, question: Question) -> tuple[Seen, ...] | Unavailable:
    """Return the texts to the number, as far back as the lease."""
    found: list[Seen] = []
    following: str | None = None
    for _ in range(_PAGES):
        page = setup.transport.list_texts(question.phone, following)
        if isinstance(page, Unavailable):
            return page
        found += page.texts
        following = page.following
        if following is None or verdicts.is_before(page.texts, question.handed_at):
            return tuple(found)
    return Unavailable("the list is too long")


def _settle(setup: Setup, question: Question, answer: Answer, now: datetime) -> None:
    """Store what one answer says; one failure must not cost the others theirs."""
    try:
        with setup.database.transaction() as session:
            row = outbox.message(session, question.row_id)
            # A report, or the provider's own late answer, may have been faster.
            if row.state != question.state or row.ask_at != question.kept_until:
                return
            _judge(session, setup, row, question, answer, now)
            code = row.error_code
            setup.reached(Step.VERDICT_WRITTEN)
    except StorageError as error:
        _log.error("answer not recorded", outbound=question.row_id, error=type(error).__name__)
        return
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it ends with a nurse
        _log.error("answer not understood", outbound=question.row_id, error=type(error).__name__)
        _not_known(setup, question, now)
        return
    setup.reached(Step.VERDICT_COMMITTED)
    if code == OPTED_OUT:
        outcomes.note_opted_out(setup, question.row_id, now)


def _not_known(setup: Setup, question: Question, now: datetime) -> None:
    with setup.database.transaction() as session:
        row = outbox.message(session, question.row_id)
        if row.ask_at == question.kept_until:
            session.add(row)
            verdicts.not_known(session, row, now)


def _judge(
    session: Session, setup: Setup, row: OutboundMessage, question: Question, answer: Answer, now: datetime
) -> None:
    session.add(row)
    match answer:
        case Unavailable(reason):
            _log.warning("the provider did not say", outbound=row.id, reason=reason)
            verdicts.not_known(session, row, now)
        case Seen():
            verdicts.reported(session, setup, row, answer, now)
        case Gone():
            verdicts.nothing_new(row, now)
        case tuple():
            verdicts.listed(session, setup, row, answer, question.sender, now)
