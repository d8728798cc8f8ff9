"""Pages for what went wrong; their words, which say how to mend it, are in problem.html."""

import structlog
from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from companion.errors import NotFound, StorageError
from companion.web.staff.room import is_demo, person_or_none

_KNOWN = (400, 403, 404, 405, 413)


def add_error_pages(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int]:
        code = error.code or 500
        return problem_page(str(code) if code in _KNOWN else "500"), code

    @app.errorhandler(CSRFError)
    def stale_form(_: CSRFError) -> tuple[str, int]:
        return problem_page("stale"), 400

    @app.errorhandler(NotFound)
    def unknown_id(_: NotFound) -> tuple[str, int]:
        return problem_page("404"), 404

    @app.errorhandler(StorageError)
    def no_database(error: StorageError) -> tuple[str, int]:
        # The sentence holds no value of anybody's.
        structlog.get_logger().error("staff.page-failed", page=request.endpoint, problem=str(error))
        return problem_page("503"), 503

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        # The type alone: what an error says may hold a name or a number.
        structlog.get_logger().error("staff.page-failed", page=request.endpoint, problem=type(error).__name__)
        if app.testing:
            raise error
        return problem_page("500"), 500


def problem_page(problem: str) -> str:
    """Return the page for what went wrong; `problem` is one of problem.html's."""
    # Without what the application adds to other pages: the library would look the person up again, and what
    # went wrong may be the database.
    page = current_app.jinja_env.get_template("staff/problem.html")
    return page.render(problem=problem, person=person_or_none(), demo=is_demo())
