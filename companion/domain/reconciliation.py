"""
What the provider's own record says of a text whose answer was lost, and when it is asked. Pure.

The provider takes no key of ours, so only its list can show whether it has a text: by number and sender,
newest first, comparing when each was created (Twilio, Messages resource; error page 20500: a create that
ended in a 5xx may have been taken). A list may lag behind, so it takes two of them to show that nothing is
there, the first a while after the lease ended.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.domain.delivery import LEASE
from companion.records import OutboundState as S

#: The first listing comes this long after the lease ended, the second this long after the first.
BETWEEN_LISTINGS = timedelta(seconds=60)
#: So many listings that show nothing are taken to mean that there is nothing.
LISTINGS = 2
#: The provider's times are by its own clock, and ours may be ahead, by an hour if somebody set it by hand:
#: what it made so long before the lease counts too, or a text would go twice. What is counted too much has
#: an owner, or is adopted by its words, or is shown to a nurse.
SLACK = timedelta(minutes=75)
#: So near a visit a person is phoned rather than texted a second time.
NEAR_VISIT = timedelta(hours=2)
#: A text nobody knows about is put before a nurse when the provider has not listed anything for this long.
PATIENCE = timedelta(minutes=15)
#: The provider could not be asked; it is asked again after this long.
ASK_AGAIN = timedelta(minutes=1)
#: A text whose last report is missing is asked about after this long, and then once a day for a week.
FIRST_STATUS = timedelta(hours=1)
STATUS_EVERY = timedelta(days=1)
WEEK = timedelta(days=7)
#: Texts that people sent are asked for this often, so that most can be answered; once a day for the week.
INBOX_EVERY = timedelta(minutes=5)
#: The webhook of a text younger than this may still be under way (Twilio gives up after 15 seconds).
WEBHOOK_OVER = timedelta(minutes=2)
#: Each time a little more than what is new is asked for.
OVERLAP = timedelta(hours=1)


@dataclass(frozen=True)
class Seen:
    """One text as the provider has it."""

    sid: str
    #: Empty while the provider has not chosen a sender.
    sender: str
    to: str
    body: str
    #: The provider's own word, for example `delivered`.
    status: str
    #: `inbound`, `outbound-api` or `outbound-reply`.
    direction: str
    #: When the provider made it, to the second.
    created_at: datetime
    error_code: int | None = None
    media_count: int = 0


@dataclass(frozen=True)
class Lost:
    """A text of ours that may or may not have been taken."""

    body: str
    #: When it was last leased: the provider cannot have it from before.
    handed_at: datetime
    #: Listings that showed nothing so far.
    listings: int
    #: Whether it was sent a second time already.
    resent: bool
    not_useful_after: datetime | None
    #: When the visit is that it tells of, if one.
    visit_at: datetime | None


@dataclass(frozen=True)
class Adopt:
    """This is it: it was taken under this name."""

    seen: Seen


@dataclass(frozen=True)
class AskAgain:
    """Nothing is there yet."""

    at: datetime


@dataclass(frozen=True)
class Resend:
    """It was not taken, and may be sent once more."""


@dataclass(frozen=True)
class TellNurse:
    """It will not be sent again; a person has to see to it."""

    #: `other-text-there`, `lost-twice`, `not-useful-any-more` or `near-the-visit`.
    reason: str


Verdict = Adopt | AskAgain | Resend | TellNurse

#: A text that nobody owns, in other words than ours, lies at the provider.
OTHER_TEXT = "other-text-there"


def unowned(
    lost: Lost, seen: Iterable[Seen], sender: str, owned: frozenset[str], others: Iterable[str] = ()
) -> tuple[Seen, ...]:
    """
    Return the texts from `sender` since the lease that no other row of ours stands for, oldest first.

    `owned` are the ids rows have. `others` are the bodies of other rows to the number that are under way or
    lost too: each stands for one text with its words. Where the words are also those of this row it may
    have the text; the other then finds that it is owned.
    """
    expected = Counter(words for body in others if (words := _words(body)) != _words(lost.body))
    found = []
    for text in oldest_first(seen):
        if not _is_ours(text, sender, lost.handed_at) or text.sid in owned:
            continue
        if expected[_words(text.body)] > 0:
            expected[_words(text.body)] -= 1
        else:
            found.append(text)
    return tuple(found)


def oldest_first(listed: Iterable[Seen]) -> list[Seen]:
    """Turn a list round; its order tells more than its times, which are whole seconds."""
    found = list(listed)
    found.reverse()
    found.sort(key=lambda text: text.created_at)
    return found


def judge_listing(lost: Lost, there: Sequence[Seen], now: datetime) -> Verdict:
    """Say what one listing shows; `there` is what no other row of ours stands for."""
    same = next((text for text in there if _words(text.body) == _words(lost.body)), None)
    if same is not None:
        return Adopt(same)
    if there:
        return TellNurse(OTHER_TEXT)
    if lost.listings + 1 < LISTINGS:
        return AskAgain(now + BETWEEN_LISTINGS)
    return _not_taken(lost, now)


def _not_taken(lost: Lost, now: datetime) -> Verdict:
    if lost.resent:
        return TellNurse("lost-twice")
    if lost.not_useful_after is not None and lost.not_useful_after <= now:
        return TellNurse("not-useful-any-more")
    # A visit that is over is not near: the text is about how it was.
    if lost.visit_at is not None and now < lost.visit_at <= now + NEAR_VISIT:
        return TellNurse("near-the-visit")
    return Resend()


def is_overdue(handed_at: datetime, not_useful_after: datetime | None, now: datetime) -> bool:
    """Say whether a text that could not be asked about has to be put before a nurse now."""
    useless = not_useful_after is not None and not_useful_after <= now
    return useless or now >= handed_at + LEASE + PATIENCE


def first_ask(
    state: S, handed_at: datetime | None, lease_until: datetime | None, planned: datetime | None
) -> datetime | None:
    """
    Return when the provider is first asked about a text that has come to this state; None: it need not be.

    `planned` is what was planned in the state before.
    """
    if handed_at is None:
        return None
    if state is S.UNKNOWN:
        return (lease_until or handed_at + LEASE) + BETWEEN_LISTINGS
    if state is S.ACCEPTED:
        return handed_at + FIRST_STATUS
    return planned if state is S.SENT else None


def next_ask(handed_at: datetime, wait: timedelta, now: datetime) -> datetime | None:
    """Return when to ask again; None once a week has passed since it was handed over."""
    return now + wait if now + wait <= handed_at + WEEK else None


def _is_ours(text: Seen, sender: str, handed_at: datetime) -> bool:
    outbound = text.direction.startswith("outbound") and text.sender in (sender, "")
    return outbound and text.created_at >= handed_at - SLACK


def _words(body: str) -> str:
    # Networks drop white space at the ends and may write a line's end their own way.
    return body.replace("\r\n", "\n").strip()


def inbox_window(
    seen_until: datetime | None, clinic_since: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """
    Return from when to when a clinic's texts are asked for, the last moment excluded.

    The first time of each UTC day it is the whole week, else what came since the last time; never from
    before there was the clinic, when its number may have been somebody else's.
    """
    until = now - WEBHOOK_OVER
    same_day = seen_until is not None and seen_until.date() == until.date()
    since = seen_until - OVERLAP if seen_until is not None and same_day else now - WEEK
    # The provider's times are whole seconds.
    return max(clinic_since.replace(microsecond=0), since), until
