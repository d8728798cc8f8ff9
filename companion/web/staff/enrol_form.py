"""What is typed to enrol somebody, and what is wrong with it before any record is looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from werkzeug.datastructures import MultiDict

from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import check_zone
from companion.domain.languages import ENGLISH, Languages
from companion.errors import InvalidTime
from companion.records import Contact, Information, Privacy
from companion.services.enrolment import NewPatient

CHOSEN, WEIGHING, NEITHER = "chosen", "weighing", "neither"
#: How somebody said yes; the words for it are in words.toml.
WAYS = ("in-person", "by-phone", "in-writing")
_LONGEST = 200


@dataclass(frozen=True)
class Typed:
    """The form as it was sent; names are those of its fields."""

    name: str = ""
    reference: str = ""
    contact: str = Contact.TEXT
    phone: str = ""
    shared: str = ""
    choice: str = ""
    treatment: str = ""
    weighing: tuple[str, ...] = ()
    information: str = Information.STANDARD
    privacy: str = Privacy.NEUTRAL
    language: str = ENGLISH
    zone: str = ""
    consent: str = ""
    how: str = ""
    welcome: str = "yes"

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield what a page has to carry to send the same form again."""
        for part in fields(self):
            value = getattr(self, part.name)
            yield from ((part.name, one) for one in ([value] if isinstance(value, str) else value))


@dataclass(frozen=True)
class Branch:
    """One line of the tree of treatments."""

    id: str
    name: str
    #: How many it stands under.
    depth: int


def read(form: MultiDict[str, str]) -> Typed:
    plain = {part.name: form.get(part.name, "") for part in fields(Typed) if part.name != "weighing"}
    kept = {name: " ".join(value.split()) for name, value in plain.items()}
    return Typed(**kept, weighing=tuple(dict.fromkeys(form.getlist("weighing"))))


def problems(
    typed: Typed, catalogue: Catalogue, languages: Languages, number: str | None
) -> Mapping[str, str]:
    """Return what has to be mended, by field, in the order of the page; `number`: what is wrong with that."""
    treatments = typed.weighing if typed.choice == WEIGHING else ()
    checks = {
        "name": _name_problem(typed.name),
        "reference": "reference-long" if len(typed.reference) > _LONGEST else None,
        "contact": None if typed.contact in set(Contact) else "contact-missing",
        "phone": number,
        "choice": None if typed.choice in (CHOSEN, WEIGHING, NEITHER) else "choice-missing",
        "treatment": _treatment_problem(typed, catalogue),
        "weighing": None if set(treatments) <= catalogue.treatments.keys() else "treatment-missing",
        "information": None if typed.information in set(Information) else "information-missing",
        "privacy": None if typed.privacy in set(Privacy) else "privacy-missing",
        "language": None if typed.language in languages.choosable else "language-missing",
        "zone": None if _is_zone(typed.zone) else "zone-wrong",
        "consent": None if typed.consent else "consent-missing",
        "how": None if typed.how in WAYS else "how-missing",
    }
    return {field: problem for field, problem in checks.items() if problem}


def new_patient(typed: Typed, consent_by: str) -> NewPatient:
    """Return what is to be stored; what belongs to an answer that was not given is left out."""
    return NewPatient(
        name=typed.name,
        phone=typed.phone,
        consent_by=consent_by,
        treatment=typed.treatment if typed.choice == CHOSEN else None,
        weighing=typed.weighing if typed.choice == WEIGHING else (),
        reference=typed.reference or None,
        zone=typed.zone or None,
        information=Information(typed.information),
        privacy=Privacy(typed.privacy),
        contact=Contact(typed.contact),
        language=typed.language,
        welcome=bool(typed.welcome),
    )


def tree(catalogue: Catalogue) -> tuple[Branch, ...]:
    """Return every treatment under the one it is a part of."""

    def under(parent: str | None, depth: int) -> Iterator[Branch]:
        for treatment in catalogue.treatments.values():
            if treatment.parent == parent:
                yield Branch(treatment.id, treatment.name, depth)
                yield from under(treatment.id, depth + 1)

    return tuple(under(None, 0))


def _name_problem(name: str) -> str | None:
    if not name:
        return "name-missing"
    return "name-long" if len(name) > _LONGEST else None


def _treatment_problem(typed: Typed, catalogue: Catalogue) -> str | None:
    if typed.choice != CHOSEN or typed.treatment in catalogue.treatments:
        return None
    return "treatment-missing"


def _is_zone(zone: str) -> bool:
    try:
        return not zone or bool(check_zone(zone))
    except InvalidTime:
        return False
