"""Reads docs/reminder-cases.md: cases worked out by hand, in words a nurse can check with a calendar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from companion.catalogue.rules import read_own_rules, with_own_rules
from companion.domain.clock_time import resolve, to_wall
from companion.domain.hospital_stay import Stay
from companion.domain.planning import Planned, Used, Visit
from companion.domain.reminder_rules import ReminderRules

FILE = Path(__file__).resolve().parents[2] / "docs" / "reminder-cases.md"

_YEAR = 2027
_PERSON = re.compile(r"Person in ([A-Za-z_/]+?)[.;]")
_CLOSED = re.compile(r", (\d+ [A-Z][a-z]{2})[,.]")
_TOML = re.compile(r"```toml\n(.*?)```", re.DOTALL)
_ROW = re.compile(r"\| (\d+) \| (.+?) \| (.+?) \| (.*?) ?\| (.+) \|")
_WHEN = r"([A-Z][a-z]{2} \d+ [A-Z][a-z]{2} \d\d:\d\d)"
_VISIT = re.compile(
    rf"(\d+): (\S+) {_WHEN}(?: in (\S+))?(?: told {_WHEN})?(?: (attended|confirmed|cancelled))?"
)
_DAY = r"(\d+ [A-Z][a-z]{2})"
_STAY = re.compile(rf"in hospital from {_DAY}(?: until {_DAY})?")
_SENT = re.compile(rf"(\S+) (\d+) {_WHEN}( which never left)?")


@dataclass(frozen=True)
class NursesCase:
    number: int
    visits: tuple[Visit, ...]
    rules: ReminderRules
    zone: str
    now: datetime
    used: tuple[Used, ...]
    #: Each text in the words of the document, in any order.
    texts: frozenset[str]
    stay: Stay | None

    def __str__(self) -> str:
        return f"case {self.number}"


def nurses_cases(usual: ReminderRules) -> Iterator[NursesCase]:
    for section in FILE.read_text("utf-8").split("\n## ")[2:]:
        rules = _rules(usual, section)
        zone = ""
        for line in section.splitlines():
            if person := _PERSON.search(line):
                zone = person[1]
            if row := _ROW.fullmatch(line):
                yield _case(row, rules, zone)


def say(planned: Planned, zone: str, *, with_utc: bool) -> str:
    """Write one text of a plan as the document does."""
    went = f"{planned.rule} {'+'.join(str(v.id) for v in planned.visits)} {_say(planned.send_at, zone)}"
    if with_utc:
        went += f" [{planned.send_at:%H:%M}]"
    if planned.withheld:
        return f"not {went} ({planned.withheld})"
    if planned.send_at >= planned.not_useful_after:
        return f"too late {went}"
    went += " if attended" if planned.if_attended else ""
    went += " plain" if planned.plain else ""
    return went + (f" with {planned.text}" if planned.text else "")


def _say(moment: datetime, zone: str) -> str:
    wall = to_wall(moment, zone)
    return f"{wall:%a} {wall.day} {wall:%b %H:%M}"


def _rules(usual: ReminderRules, section: str) -> ReminderRules:
    own = _TOML.search(section)
    if own is None:
        return usual
    days = frozenset(_day(day) for day in _CLOSED.findall(section))
    return replace(with_own_rules(usual, read_own_rules(own[1])), closed=days)


def _day(words: str) -> date:
    return datetime.strptime(f"{words} {_YEAR}", "%d %b %Y").replace(tzinfo=UTC).date()


def _case(row: re.Match[str], rules: ReminderRules, zone: str) -> NursesCase:
    number, visits, now, before, texts = row.groups()
    said = frozenset(texts.split("; ")) - {"nothing"}
    stay = _STAY.fullmatch(before)
    return NursesCase(
        int(number),
        tuple(_visit(words, zone) for words in visits.split("; ")),
        rules,
        zone,
        resolve(_wall(now), zone),
        tuple(_used(words, zone) for words in before.split("; ") if words and not stay),
        said,
        Stay(_day(stay[1]), _day(stay[2]) if stay[2] else None, zone) if stay else None,
    )


def _visit(words: str, zone: str) -> Visit:
    found = _VISIT.fullmatch(words)
    assert found is not None, words
    number, kind, when, elsewhere, told, state = found.groups()
    wall = _wall(when)
    visit = Visit(int(number), 1, kind, wall, resolve(wall, elsewhere or zone), zone=elsewhere)
    if state == "cancelled":
        return replace(visit, cancelled=True, told=wall)
    attended, confirmed = state == "attended", state == "confirmed"
    return replace(visit, told=_wall(told) if told else None, attended=attended, confirmed=confirmed)


def _used(words: str, zone: str) -> Used:
    found = _SENT.fullmatch(words)
    assert found is not None, words
    return Used(f"{found[1]}:{found[2]}.1", resolve(_wall(found[3]), zone), arrived=not found[4])


def _wall(words: str) -> datetime:
    wall = datetime.strptime(f"{words} {_YEAR}", "%a %d %b %H:%M %Y").replace(tzinfo=UTC)
    assert f"{wall:%a}" == words[:3], f"{words}: that day is a {wall:%A}"
    return wall.replace(tzinfo=None)
