"""
Faults the network can be told to have, as rules a trial sets and the network draws from.

`delay`, `drop-answer`, `fail-after` spoil the answer to an accepted create; `fail-before` and `reject`
refuse one; `undelivered` and the callback faults spoil what follows.
"""

import random
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from threading import Lock

from companion.domain.phone import parse_phone
from companion.errors import InvalidInput

ANSWER_FAULTS = frozenset({"delay", "drop-answer", "fail-after"})
CALLBACK_FAULTS = ("duplicate-callbacks", "reorder-callbacks", "early-callback", "no-callbacks")
FAULTS = ANSWER_FAULTS | {"fail-before", "reject", "undelivered", *CALLBACK_FAULTS}

_LONGEST_DELAY = 600.0


@dataclass(frozen=True)
class Rule:
    """
    `to` is a number or `*`. `rate` is the share of texts hit; after `times` hits (None: never) it is spent.
    `seconds` is for `delay`; `status` is the HTTP status of fail-before and fail-after; `code` is Twilio's.
    """

    to: str
    fault: str
    rate: float = 1.0
    times: int | None = None
    seconds: float = 1.0
    status: int = 500
    code: int | None = None

    def matches(self, to: str | None, faults: Collection[str]) -> bool:
        return self.fault in faults and self.to in {"*", to}


class FaultTable:
    """Thread-safe. The first rule that matches and whose dice fall is used; the dice are seeded."""

    def __init__(self, dice: random.Random) -> None:
        self._lock = Lock()
        self._dice = dice
        self._rules: tuple[Rule, ...] = ()
        self._used: list[int] = []

    def set_rules(self, rules: tuple[Rule, ...], seed: int | None = None) -> None:
        """Replace every rule, with none used yet; a seed starts the dice afresh."""
        with self._lock:
            self._rules, self._used = rules, [0] * len(rules)
            if seed is not None:
                self._dice.seed(seed)

    def draw(self, to: str | None, *faults: str) -> Rule | None:
        """Return the rule that hits a text to `to` with one of `faults`, and count it as used."""
        with self._lock:
            for place, rule in enumerate(self._rules):
                if rule.matches(to, faults) and self._hits(place, rule):
                    self._used[place] += 1
                    return rule
        return None

    def as_json(self) -> list[dict[str, object]]:
        with self._lock:
            return [asdict(rule) | {"used": used} for rule, used in zip(self._rules, self._used, strict=True)]

    def _hits(self, place: int, rule: Rule) -> bool:
        if rule.times is not None and self._used[place] >= rule.times:
            return False
        return rule.rate >= 1 or self._dice.random() < rule.rate


def parse_rules(value: object) -> tuple[Rule, ...]:
    """Read a JSON list of rules. Raises InvalidInput naming the first that cannot be used."""
    if not isinstance(value, list):
        raise InvalidInput("Send a JSON list of rules; an empty list ends every fault.")
    return tuple(_rule(entry, place) for place, entry in enumerate(value, start=1))


def parse_seed(text: str | None) -> int | None:
    """Read the seed of the dice. Raises InvalidInput."""
    try:
        return None if text is None else int(text)
    except ValueError as error:
        raise InvalidInput("The seed is a whole number.") from error


def _rule(entry: object, place: int) -> Rule:
    known = set(Rule.__dataclass_fields__)
    if not isinstance(entry, Mapping) or not {"to", "fault"} <= entry.keys() <= known | {"used"}:
        raise InvalidInput(f"Rule {place} needs to and fault and may have {sorted(known)}, nothing else.")
    given = {name: value for name, value in entry.items() if value is not None and name != "used"}
    fault = given.get("fault")
    if not isinstance(fault, str) or fault not in FAULTS:
        raise InvalidInput(f"Rule {place}: there is no fault of that name; choose one of {sorted(FAULTS)}.")
    return Rule(
        to=_recipient(given.get("to")),
        fault=fault,
        rate=_number(given, "rate", place, 1.0),
        times=_whole(given, "times", place, 1, 10**9),
        seconds=_number(given, "seconds", place, _LONGEST_DELAY),
        status=_whole(given, "status", place, 400, 599) or 500,
        code=_whole(given, "code", place, 10000, 99999),
    )


def _recipient(value: object) -> str:
    return "*" if value == "*" else parse_phone(value if isinstance(value, str) else "")


def _number(given: Mapping[str, object], name: str, place: int, most: float) -> float:
    value = given.get(name, 1.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
        raise InvalidInput(f"Rule {place}: {name} is a number from 0 to {most:g}.")
    return float(value)


def _whole(given: Mapping[str, object], name: str, place: int, low: int, high: int) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InvalidInput(f"Rule {place}: {name} is a whole number from {low} to {high}.")
    return value
