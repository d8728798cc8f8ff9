"""
Fetches texts that people sent and our webhook missed, because we were down: each is taken once, by its name.

The provider gives up on a webhook after seconds and never tries again, so its list is the only way to them.
A clinic is kept for one worker by the time it is next asked for, as a text is that is asked about.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from companion.domain import reconciliation as decide
from companion.domain.phone import one_form
from companion.domain.reconciliation import Seen, oldest_first
from companion.errors import StorageError
from companion.records import Clinic
from companion.services import inbound
from companion.services.inbound import IncomingText
from companion.services.setup import Setup
from companion.storage import asking, people
from companion.transports.base import Page, Unavailable

#: Clinics asked for at one tick.
_CLINICS = 4
#: Longer than reading a list and taking what is in it can take; after that another worker may begin.
_KEPT = timedelta(minutes=15)
#: Texts of one list that are taken at one tick; ours that are due must not wait longer behind them.
_AT_ONCE = 200
#: The provider could not be asked.
_AGAIN = timedelta(minutes=2)
#: Pages of one list that are read, 40,000 texts of Twilio's to one number in a week.
_PAGES = 200

_log = structlog.get_logger(__name__)


def fetch(setup: Setup, clock: Callable[[], datetime], ending: Callable[[], bool] = lambda: False) -> int:
    """
    Ask for the texts of the clinics whose time has come, and take what is new; return how many were.

    Safe in any number of workers at once. Stops at the first list the provider does not give.
    """
    taken = 0
    for _ in range(_CLINICS):
        clinic = None if ending() else _keep(setup, clock())
        if clinic is None:
            break
        since, until = decide.inbox_window(clinic.inbox_seen_until, clinic.created_at, clock())
        missed = _missed(setup, clinic, since, until, ending)
        if isinstance(missed, Unavailable):
            _log.warning("the provider did not list texts", clinic=clinic.id, reason=missed.reason)
            _note(setup, clinic, clock() + _AGAIN, clinic.inbox_seen_until)
            break
        taken += sum(_take(setup, clinic, text, clock()) for text in missed[:_AT_ONCE])
        if len(missed) > _AT_ONCE:
            # The list is asked for again at once; what was taken is known by then.
            _note(setup, clinic, clock(), clinic.inbox_seen_until)
            break
        _note(setup, clinic, clock() + decide.INBOX_EVERY, until)
    return taken


def _keep(setup: Setup, now: datetime) -> Clinic | None:
    with setup.database.transaction() as session:
        return asking.inbox_to_ask_for(session, now, now + _KEPT)


def _note(setup: Setup, kept: Clinic, ask_at: datetime, seen_until: datetime | None) -> None:
    """Say when to ask next, unless it took so long that another worker has begun."""
    with setup.database.transaction() as session:
        clinic = people.clinic_to_change(session, kept.id or 0)
        if clinic.inbox_ask_at == kept.inbox_ask_at:
            clinic.inbox_ask_at, clinic.inbox_seen_until = ask_at, seen_until
            session.add(clinic)


def _missed(
    setup: Setup, clinic: Clinic, since: datetime, until: datetime, ending: Callable[[], bool]
) -> list[Seen] | Unavailable:
    """Return what people sent to the clinic and is not stored, oldest first."""
    found: dict[str, Seen] = {}
    following: str | None = None
    for _ in range(_PAGES):
        page = Unavailable("ending") if ending() else _page(setup, clinic, following)
        if isinstance(page, Unavailable):
            return page
        inside = [text for text in page.texts if _is_sent(text, since, until)]
        found |= {text.sid: text for text in _new(setup, inside)}
        following = page.following
        if following is None or all(text.created_at < since for text in page.texts):
            break
    else:
        _log.error("a list of texts is too long and was not read to its end", clinic=clinic.id)
    return oldest_first(found.values())


def _page(setup: Setup, clinic: Clinic, following: str | None) -> Page | Unavailable:
    try:
        return setup.transport.list_texts(clinic.number, following)
    except Exception as error:  # noqa: BLE001 - it is asked again; nothing is known until then
        return Unavailable(type(error).__name__)


def _is_sent(text: Seen, since: datetime, until: datetime) -> bool:
    return text.direction == "inbound" and since <= text.created_at < until


def _new(setup: Setup, texts: list[Seen]) -> list[Seen]:
    with setup.database.reading() as session:
        known = asking.known_texts(session, [text.sid for text in texts])
    return [text for text in texts if text.sid not in known]


def _take(setup: Setup, clinic: Clinic, text: Seen, now: datetime) -> bool:
    incoming = IncomingText(text.sid, one_form(text.sender), clinic.number, text.body, text.media_count)
    try:
        taken = inbound.receive_late(setup, incoming, text.created_at, now)
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 - one text must not cost the others that they are heard
        _log.error("a missed text was not taken", clinic=clinic.id, error=type(error).__name__)
        return False
    if taken:
        _log.warning("a text was missed and is taken late", clinic=clinic.id, sent_at=str(text.created_at))
    return taken
