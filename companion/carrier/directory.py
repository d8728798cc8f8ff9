"""Who is on this network: the demonstration's people and the numbers our clinics send from."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from companion.domain.phone import parse_phone
from companion.errors import InvalidInput

DEFAULT_ZONE = "Europe/London"


@dataclass(frozen=True)
class Person:
    """`zone` (IANA) is what the phone page shows times in; couples may share a phone."""

    name: str
    phone: str
    note: str = ""
    zone: str = DEFAULT_ZONE


@dataclass(frozen=True)
class ClinicNumber:
    name: str
    phone: str


class Directory:
    """Both lists are replaced whole, so a reader never sees half a list."""

    def __init__(self) -> None:
        self.people: tuple[Person, ...] = ()
        self.numbers: tuple[ClinicNumber, ...] = ()

    def person_with(self, phone: str) -> Person | None:
        return next((person for person in self.people if person.phone == phone), None)

    def name_of(self, number: str) -> str:
        """Return the clinic's name for one of our numbers, or the number itself."""
        return next((known.name for known in self.numbers if known.phone == number), number)

    @property
    def first_number(self) -> str | None:
        """Return the sender a messaging service chooses here."""
        return self.numbers[0].phone if self.numbers else None


def parse_people(value: object) -> tuple[Person, ...]:
    """Read a JSON list of people. Raises InvalidInput naming the first entry that cannot be used."""
    return tuple(_person(entry, place) for place, entry in enumerate(_entries(value), start=1))


def parse_numbers(value: object) -> tuple[ClinicNumber, ...]:
    """Read a JSON list of our numbers. Raises InvalidInput naming the first entry that cannot be used."""
    return tuple(_clinic_number(entry, place) for place, entry in enumerate(_entries(value), start=1))


def _entries(value: object) -> list[object]:
    if not isinstance(value, list):
        raise InvalidInput("Send a JSON list.")
    return value


def _person(entry: object, place: int) -> Person:
    fields = _fields(entry, place, required={"name", "phone"}, optional={"note", "zone"})
    zone = fields.get("zone") or DEFAULT_ZONE
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as error:
        raise InvalidInput(
            f"Entry {place}: there is no zone of that name; write one like {DEFAULT_ZONE}."
        ) from error
    return Person(fields["name"], parse_phone(fields["phone"]), fields.get("note", ""), zone)


def _clinic_number(entry: object, place: int) -> ClinicNumber:
    fields = _fields(entry, place, required={"name", "phone"}, optional=set())
    return ClinicNumber(fields["name"], parse_phone(fields["phone"]))


def _fields(entry: object, place: int, required: set[str], optional: set[str]) -> dict[str, str]:
    if not isinstance(entry, Mapping) or not required <= entry.keys() <= required | optional:
        raise InvalidInput(
            f"Entry {place} needs {sorted(required)} and may have {sorted(optional)}, nothing else."
        )
    given = {str(name): value for name, value in entry.items() if value is not None}
    if not all(isinstance(value, str) for value in given.values()):
        raise InvalidInput(f"Entry {place}: every value is text.")
    fields = {name: str(value).strip() for name, value in given.items()}
    if not all(fields.get(name) for name in required):
        raise InvalidInput(f"Entry {place}: {' and '.join(sorted(required))} cannot be empty.")
    return fields
