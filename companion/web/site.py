"""The whole site: webhooks and health by one application, the staff's pages by another."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

from companion.bootstrap import Companion
from companion.settings import StaffSettings
from companion.web.app import create_app
from companion.web.staff import create_staff_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_STAFF = "/staff"


def create_site(companion: Companion, settings: StaffSettings, metrics_token: str = "") -> Flask:
    """Return the application of the webhooks with that of the staff beside it; neither sees the other's."""
    app = create_app(companion, settings.secret_key, metrics_token)
    staff = create_staff_app(companion, settings)
    app.wsgi_app = _ByPath(staff.wsgi_app, app.wsgi_app)  # type: ignore[method-assign]
    return app


class _ByPath:
    def __init__(self, staff: "WSGIApplication", others: "WSGIApplication") -> None:
        self._staff, self._others = staff, others

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        mine = path == _STAFF or path.startswith(f"{_STAFF}/")
        return (self._staff if mine else self._others)(environ, start_response)
