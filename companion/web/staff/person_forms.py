"""What is typed to change a person, read into what the services take; what is wrong is said in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from companion.domain.clock_time import check_zone, parse_day
from companion.domain.languages import ENGLISH
from companion.errors import InvalidInput
from companion.records import Contact, Information, Patient, PatientState, Privacy
from companion.services.changing import NewFacts
from companion.services.choosing import Choosing
from companion.services.hospital import Admission, Homecoming
from companion.services.number_check import CheckedNumber

#: How somebody can have agreed to a number.
HOW = ("clinic", "phone", "writing")
_FURTHEST = timedelta(days=366)
#: Of a name and of a reference, in letters; as when enrolling.
_LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """What a form is read against."""

    form: MultiDict[str, str]
    patient: Patient
    #: Who is signed in, as colleagues read it.
    staff: str
    #: By the clock where the person is.
    today: date
    words: Mapping[str, str]
    #: Looks a number up as it was typed.
    number: Callable[[str], CheckedNumber]
    #: Those a person may be put into.
    languages: tuple[str, ...] = (ENGLISH,)

    def problem(self, field: str, word: str) -> "Wrong":
        return Wrong(field, self.words[word])


class Wrong(Exception):
    """Something typed cannot be; in words."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field, self.text = field, text


Read = NewFacts | Choosing


def read(what: str, asked: Asked) -> Read:
    """Return what the form asks for; raises Wrong. `what` is one of `KINDS`."""
    return KINDS[what](asked)


def _name(asked: Asked) -> Read:
    name = _typed(asked, "name")
    if not name:
        raise asked.problem("name", "name-missing")
    return NewFacts(name=name)


def _reference(asked: Asked) -> Read:
    return NewFacts(reference=_typed(asked, "reference"))


def _contact(asked: Asked) -> Read:
    """Whether consent is needed is the service's to say: it is asked for only where none is known."""
    contact = Contact(_one_of(asked, "contact", tuple(Contact)))
    given = contact == Contact.TEXT != asked.patient.contact and asked.form.get("consent")
    return NewFacts(contact=contact, consent_by=_consent(asked) if given else None)


def _language(asked: Asked) -> Read:
    return NewFacts(language=_one_of(asked, "language", asked.languages))


def _number(asked: Asked) -> Read:
    typed = asked.form.get("phone", "").strip()
    if not typed:
        raise asked.problem("phone", "number-missing")
    found = asked.number(typed)
    if found.problem:
        raise asked.problem("phone", found.problem)
    if found.phone == asked.patient.phone:
        raise asked.problem("phone", "number-same")
    consent_by = _consent(asked)
    wrong = asked.patient.state == PatientState.WRONG_NUMBER
    state = PatientState.ACTIVE if wrong else None
    return NewFacts(phone=found.phone, consent_by=consent_by, state=state)


def _treatment(asked: Asked) -> Read:
    chosen = asked.form.get("treatment")
    if chosen is None:
        raise asked.problem("treatment", "choose-one")
    weighing = tuple(t for t in asked.form.getlist("weighing") if t != chosen)
    return Choosing(chosen or None, weighing)


def _information(asked: Asked) -> Read:
    return NewFacts(information=Information(_one_of(asked, "information", tuple(Information))))


def _privacy(asked: Asked) -> Read:
    return NewFacts(privacy=Privacy(_one_of(asked, "privacy", tuple(Privacy))))


def _zone(asked: Asked) -> Read:
    try:
        return NewFacts(zone=check_zone(asked.form.get("zone", "").strip()))
    except InvalidInput:
        raise asked.problem("zone", "zone-wrong") from None


def _pause(asked: Asked) -> Read:
    until = _day(asked, "until")
    if until is not None and until <= asked.today:
        raise asked.problem("until", "day-past")
    return NewFacts(state=PatientState.PAUSED, paused_until=until)


def _hospital(asked: Asked) -> Read:
    begins, home = _day(asked, "begins"), _day(asked, "home")
    if begins is None:
        raise asked.problem("begins", "day-missing")
    if home is not None and home <= begins:
        raise asked.problem("home", "home-before")
    return NewFacts(stay=Admission(begins, home))


def _home(asked: Asked) -> Read:
    day = _day(asked, "day")
    if day is None:
        raise asked.problem("day", "day-missing")
    return NewFacts(stay=Homecoming(day))


def _to(state: PatientState) -> Callable[[Asked], Read]:
    return lambda _: NewFacts(state=state)


def _deceased(asked: Asked) -> Read:
    if asked.form.get("sure") != "yes":
        raise asked.problem("sure", "sure-missing")
    return NewFacts(state=PatientState.DECEASED)


#: By the last part of the address.
KINDS: Mapping[str, Callable[[Asked], Read]] = {
    "name": _name,
    "reference": _reference,
    "number": _number,
    "contact": _contact,
    "language": _language,
    "treatment": _treatment,
    "information": _information,
    "privacy": _privacy,
    "zone": _zone,
    "pause": _pause,
    "resume": _to(PatientState.ACTIVE),
    "hospital": _hospital,
    "home": _home,
    "stop": _to(PatientState.STOPPED),
    "finish": _to(PatientState.FINISHED),
    "deceased": _deceased,
    "back": _to(PatientState.ACTIVE),
}


def possible(
    patient: Patient, languages: tuple[str, ...], *, in_hospital: bool, admin: bool
) -> tuple[str, ...]:
    """
    Return which of `KINDS` make sense for somebody in this state, in the order they are offered.

    `languages`: those a person may be put into; where there is no other, none is offered.
    """
    who = ("name", "reference")
    language = ("language",) if set(languages) - {patient.language} else ()
    known = ("treatment", "information", "privacy", *language, "zone", *who)
    # Who wants no texts gets no calls in their place, so there is nothing to choose between.
    facts = ("number", "contact", *known)
    leaving = ("finish", "deceased")
    stay = ("home", "hospital") if in_hospital else ("hospital",)
    by_state: Mapping[str, tuple[str, ...]] = {
        PatientState.ACTIVE: ("pause", *stay, *facts, "stop", *leaving),
        PatientState.PAUSED: ("resume", "pause", *stay, *facts, "stop", *leaving),
        PatientState.STOPPED: (*stay, "number", *known, *leaving),
        PatientState.HELD: ("deceased", "back", "number", *who, "finish"),
        PatientState.WRONG_NUMBER: ("number", "back", *who, *leaving),
        PatientState.DECEASED: ("back",) if admin else (),
        PatientState.FINISHED: ("back", *who, "deceased"),
    }
    return by_state[patient.state]


def _typed(asked: Asked, field: str) -> str:
    """Return it in single spaces; raises Wrong for too many letters."""
    typed = " ".join(asked.form.get(field, "").split())
    if len(typed) > _LONGEST:
        raise asked.problem(field, f"{field}-long")
    return typed


def _consent(asked: Asked) -> str:
    """Return who recorded it and how it was given; raises Wrong."""
    how = asked.form.get("consent", "")
    if how not in HOW:
        raise asked.problem("consent", "consent-missing")
    return f"{asked.staff[:150]}, {asked.words[f'consent-{how}']}"


def _one_of(asked: Asked, field: str, allowed: tuple[str, ...]) -> str:
    given = asked.form.get(field, "")
    if given not in allowed:
        raise asked.problem(field, "choose-one")
    return given


def _day(asked: Asked, field: str) -> date | None:
    """Return the day typed as day, month and year; None if nothing was typed."""
    typed = [asked.form.get(f"{field}-{part}", "").strip() for part in ("year", "month", "day")]
    if not any(typed):
        return None
    try:
        year, month, day = (int(part) if part.isascii() else 0 for part in typed)
        found = parse_day(f"{year:04}-{month:02}-{day:02}")
    except (ValueError, InvalidInput):
        raise asked.problem(field, "day-wrong") from None
    if abs(found - asked.today) > _FURTHEST:
        raise asked.problem(field, "day-far")
    return found
