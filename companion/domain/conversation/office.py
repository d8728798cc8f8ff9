"""What was passed on, with when the office opens and its number; never that somebody will call."""

from companion.domain.conversation.situation import Situation
from companion.domain.office_hours import Office


def passed_on(situation: Situation, item: str, **values: str) -> str:
    """Return the text `item`, in its wording for a clinic with an office if this one has one."""
    about_us = {"clinic": situation.clinic, "line": situation.line}
    if situation.office is None:
        return situation.catalogue.text(item).fill(**about_us, **values)
    opening = _opening(situation.office, situation)
    return situation.catalogue.text(f"{item}.office").fill(**about_us, opening=opening, **values)


def _opening(office: Office, situation: Situation) -> str:
    dates, wall = situation.catalogue.dates, office.opening.wall
    if office.opening.now:
        return situation.catalogue.text("office.open").fill(office=office.number, closes=dates.time(wall))
    return situation.catalogue.text("office.shut").fill(office=office.number, opens=dates.say(wall))
