"""Who saw and changed what: filtered, a page at a time, and as a file."""

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from companion.domain.clock_time import write_instant
from companion.domain.spreadsheet import plain_cell
from companion.records import Role
from companion.services import audit_log as services
from companion.services.audit_log import Asked, Entry
from companion.web.staff import typed
from companion.web.staff.guard import open_to
from companion.web.staff.room import here, person, real_now

_COLUMNS = ("entry", "at", "person", "email", "kind", "what", "about", "patient")
#: A spreadsheet takes a file without it for another encoding.
_MARK = "\ufeff"


def blueprint() -> Blueprint:
    pages = Blueprint("audit", __name__, url_prefix="/staff")
    admins = open_to(Role.CLINIC_ADMIN, Role.SYSTEM_ADMIN)

    @pages.get("/audit")
    @admins
    def audit() -> str:
        asked, wrong = _asked()
        found = services.look(here().setup, person(), asked, real_now())
        given = {name: value for name, value in request.args.items() if name in _FILTERS and value}
        return render_template(
            "staff/audit.html",
            page=found,
            given=given,
            wrong=wrong or ({"patient"} if found.no_such_patient else set()),
            actions=here().actions,
        )

    @pages.get("/audit.csv")
    @admins
    def export() -> Response:
        asked, _ = _asked()
        entries = services.export(here().setup, person(), asked, real_now())
        answer = Response(_lines(entries, dict(here().actions)), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="audit-{real_now():%Y-%m-%d}.csv"'
        return answer

    return pages


_FILTERS = ("person", "patient", "kind", "day")


def _asked() -> tuple[Asked, set[str]]:
    """Return the filter, and what of it cannot be read."""
    args = request.args
    day = typed.day(args.get("day", ""))
    wrong = {"day"} if args.get("day") and day is None else set()
    kind = args.get("kind", "")
    asked = Asked(
        staff_id=typed.whole(args.get("person", "")),
        patient=typed.words("patient", 60),
        action=kind if kind in here().actions else "",
        day=day,
        before=typed.whole(args.get("before", "")),
    )
    return asked, wrong


def _lines(entries: Iterator[Entry], words: dict[str, str]) -> Iterator[str]:
    yield _MARK + _line(_COLUMNS)
    for entry in entries:
        yield _line(
            (
                str(entry.id),
                write_instant(entry.at),
                entry.who or "",
                entry.email or "",
                entry.action,
                words.get(entry.action, ""),
                entry.subject,
                # By number: the file leaves the house.
                str(entry.patient_id or ""),
            )
        )


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([plain_cell(cell) for cell in cells])
    return out.getvalue()
