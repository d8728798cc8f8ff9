"""Ways from one page to another: to a person's, and what becomes of one to what is not there."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from flask import Flask, request, url_for

from companion.errors import NotFound
from companion.services import auditing
from companion.web.staff.room import here, person, real_now

Answer = TypeVar("Answer")

#: Of a row; none is larger, and a larger one could not even be looked for.
LARGEST_ID = 2**31 - 1


def add_links(app: Flask) -> None:
    """Let pages ask for the address of a person's page, by id; None for nobody's."""

    @app.template_global()
    def person_page(patient_id: int | None) -> str | None:
        return None if patient_id is None else url_for("person.show", patient=patient_id)


def of_this_clinic(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Write down that somebody asked for what is not their clinic's, or is not there at all."""

    @wraps(view)
    def checked(**given: object) -> Answer:
        try:
            return view(**given)
        except NotFound:
            auditing.note_refused(here().setup, person(), request.endpoint or "", real_now())
            raise

    return checked


def page_asked() -> int:
    """Return which page of a list is asked for; the first unless it is said otherwise."""
    asked = request.args.get("page", 1, type=int)
    return min(max(asked, 1), LARGEST_ID)
