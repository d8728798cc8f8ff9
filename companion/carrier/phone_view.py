"""What the phone page shows: whose phone, texting with which clinic, the conversation, the clock, trouble."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from companion.carrier.admission import usable_number
from companion.carrier.directory import DEFAULT_ZONE, ClinicNumber, Person
from companion.carrier.local_time import local_day, local_time, place_of
from companion.carrier.message import Alert, Message
from companion.carrier.network import Network

#: Older texts stay in the ledger; the page is asked for every second and must stay light.
_SHOWN_TEXTS = 200
_SHOWN_ALERTS = 5


@dataclass(frozen=True)
class Choice:
    """Whose phone the page is (None: nobody chosen), with which of our numbers, and what was mistyped."""

    phone: str | None
    number: str | None
    mistyped: str | None = None


@dataclass(frozen=True)
class Moment:
    iso: str
    day: str
    time: str


@dataclass(frozen=True)
class Bubble:
    """`side`: person, clinic or network. `state`: a delivery status, or seen, unseen, waiting."""

    sid: str
    side: str
    body: str
    photo: bool
    at: Moment
    state: str
    code: int | None


@dataclass(frozen=True)
class AlertLine:
    at: Moment
    reason: str
    http_status: int | None


@dataclass(frozen=True)
class ClockFace:
    """`next_due` is when the worker will next have something to do; None when nothing is known to wait."""

    now: Moment
    place: str
    next_due: Moment | None
    due_now: bool
    jumping: bool
    stopped_short: bool


@dataclass(frozen=True)
class PhoneView:
    choice: Choice
    owner: str | None
    people: tuple[Person, ...]
    numbers: tuple[ClinicNumber, ...]
    clinic: str | None
    bubbles: tuple[Bubble, ...]
    earlier_hidden: bool
    blocked: bool
    clock: ClockFace
    alerts: tuple[AlertLine, ...]


def read_choice(network: Network, given: Mapping[str, str]) -> Choice:
    """
    Read `as` and `number` of a link or form.

    A plus sign not escaped in a link arrives as a space and is taken as the plus it was. Without `as` the
    page is the first demonstration person's phone.
    """
    typed = given.get("as", "")
    wanted = f"+{typed.strip()}" if typed.startswith(" ") else typed.strip()
    people = network.directory.people
    if not wanted:
        phone = people[0].phone if people else None
        return Choice(phone, _number(network, phone, given))
    phone = usable_number(wanted)
    return Choice(phone, _number(network, phone, given), mistyped=wanted if phone is None else None)


def look_at_phone(network: Network, choice: Choice) -> PhoneView:
    """Return everything the page shows now."""
    person = network.directory.person_with(choice.phone or "")
    zone = person.zone if person is not None else DEFAULT_ZONE
    texts = _conversation(network, choice)
    return PhoneView(
        choice=choice,
        owner=person.name if person is not None else None,
        people=network.directory.people,
        numbers=_numbers(network, choice.phone),
        clinic=None if choice.number is None else network.directory.name_of(choice.number),
        bubbles=tuple(_bubble(message, zone) for message in texts[-_SHOWN_TEXTS:]),
        earlier_hidden=len(texts) > _SHOWN_TEXTS,
        blocked=network.ledger.is_blocked(choice.number, choice.phone or ""),
        clock=_clock(network, zone),
        alerts=tuple(_alert(alert, zone) for alert in reversed(network.ledger.alerts()[-_SHOWN_ALERTS:])),
    )


def _number(network: Network, phone: str | None, given: Mapping[str, str]) -> str | None:
    """Return the number of ours that was asked for, else the first it can text."""
    asked = usable_number(given.get("number", ""))
    known = [number.phone for number in _numbers(network, phone)]
    return asked or (known[0] if known else None)


def _numbers(network: Network, phone: str | None) -> tuple[ClinicNumber, ...]:
    """Return the numbers a phone can text: the known ones, and any other that has texted it."""
    named = network.directory.numbers
    known = {number.phone for number in named}
    others = {
        message.sender
        for message in network.ledger.messages()
        if message.to == phone and message.direction != "inbound" and message.sender not in known
    }
    strangers = sorted(sender for sender in others if sender is not None)
    return (*named, *(ClinicNumber(stranger, stranger) for stranger in strangers))


def _conversation(network: Network, choice: Choice) -> list[Message]:
    if choice.phone is None or choice.number is None:
        return []
    pair = {choice.phone, choice.number}
    return [message for message in network.ledger.messages() if {message.sender, message.to} == pair]


def _bubble(message: Message, zone: str) -> Bubble:
    inbound = message.direction == "inbound"
    side = {"inbound": "person", "network": "network"}.get(message.direction, "clinic")
    state = {None: "waiting", True: "seen", False: "unseen"}[message.seen] if inbound else message.status
    at = _moment(message.created_at, zone)
    return Bubble(message.sid, side, message.body, bool(message.media_url), at, state, message.error_code)


def _clock(network: Network, zone: str) -> ClockFace:
    now, report = network.clock.now(), network.board.latest
    due = None if report is None else report.next_due
    return ClockFace(
        now=_moment(now, zone),
        place=place_of(zone),
        next_due=None if due is None else _moment(due, zone),
        due_now=due is not None and due <= now,
        jumping=network.jumper.jumping,
        stopped_short=network.jumper.problem is not None,
    )


def _alert(alert: Alert, zone: str) -> AlertLine:
    return AlertLine(_moment(alert.at, zone), alert.reason, alert.http_status)


def _moment(instant: datetime, zone: str) -> Moment:
    return Moment(f"{instant:%Y-%m-%dT%H:%M:%SZ}", local_day(instant, zone), local_time(instant, zone))
