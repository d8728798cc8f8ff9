"""How pages say dates, numbers, browsers and kinds of visit; the words are the English catalogue's."""

import re
from datetime import datetime

from flask import Flask

from companion.bootstrap import Companion
from companion.domain.clock_time import to_wall
from companion.domain.phone import as_read
from companion.domain.price import Price
from companion.web.staff.room import person_or_none

#: First match wins: Edge and Chrome name others too.
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone|iPad", "iPhone or iPad"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def add_filters(app: Flask, companion: Companion, price: Price | None) -> None:
    """
    Add the filters `day`, `clock`, `said`, `moment`, `exact`, `kind`, `capital`, `phone`, `browser`, `cost`.

    The last is of a number of segments, and empty where nobody said what one costs.
    """
    catalogue = companion.setup.catalogue

    def moment(instant: datetime) -> str:
        return catalogue.dates.say(to_wall(instant, _zone(companion)))

    def exact(instant: datetime) -> str:
        wall = to_wall(instant, _zone(companion))
        return f"{catalogue.dates.day(wall.date())} {wall:%Y, %H:%M:%S}"

    app.jinja_env.filters.update(
        day=catalogue.dates.day,
        clock=catalogue.dates.time,
        said=catalogue.dates.say,
        moment=moment,
        exact=exact,
        kind=lambda kind: catalogue.text(f"kind.{kind}").text,
        # Jinja's own makes small letters of the rest, as of CAR T-cells.
        capital=lambda words: words[:1].upper() + words[1:],
        browser=browser,
        phone=as_read,
        cost=lambda segments: price.of(segments) if price else "",
    )


def browser(words: str) -> str:
    """Return `Firefox on Windows` for what a browser says of itself."""
    which = next((name for mark, name in _BROWSERS if re.search(mark, words)), "Browser")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, words)), "")
    return f"{which} on {system}" if system else which


def _zone(companion: Companion) -> str:
    person = person_or_none()
    return person.place.zone if person and person.place.zone else companion.setup.zone
