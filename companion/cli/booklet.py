"""Lays the review booklet out as one page that needs no other file; its words: templates/pages/booklet."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from companion.domain.showing import Booklet
from companion.errors import InvalidInput


def render_booklet(booklet: Booklet, templates: Path) -> str:
    """Return the page; every word of the catalogue in it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(templates / "pages" / "booklet"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(book=booklet, catalogue=booklet.catalogue)


def write_booklet(booklet: Booklet, templates: Path, file: Path) -> None:
    """Write the page to `file`; raises InvalidInput if it cannot be written there."""
    page = render_booklet(booklet, templates)
    try:
        file.write_text(page, "utf-8")
    except OSError as error:
        raise InvalidInput(f"{file} cannot be written: {error.strerror}.") from error
