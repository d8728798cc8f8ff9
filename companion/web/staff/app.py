"""Puts the application of the staff's pages together."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeSerializer
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from companion.bootstrap import Companion
from companion.catalogue.staff_words import load_staff_words
from companion.settings import StaffSettings
from companion.web.staff import (
    account,
    audit,
    clinic,
    clinic_hours,
    clinic_list,
    clinic_reminders,
    coming_and_going,
    enrolling,
    errors,
    exports,
    finding,
    guard,
    headers,
    imports,
    inbox,
    library,
    numbers,
    person,
    person_changing,
    person_writing,
    setting_up,
    tasks,
    team,
    today,
    visit_changing,
    visit_sheets,
    visits,
    words,
    words_agreed,
    words_own,
)
from companion.web.staff.pointing import add_links
from companion.web.staff.room import Room, is_demo, person_or_none, put_in
from companion.web.staff.saying import add_filters

#: A page's form is small; what needs more says so itself.
_LARGEST_BODY = 256 * 1024
#: In the order of the pages' navigation.
_PARTS = (
    today,
    account,
    setting_up,
    tasks,
    inbox,
    visits,
    visit_changing,
    visit_sheets,
    finding,
    enrolling,
    person,
    person_changing,
    person_writing,
    words,
    words_agreed,
    words_own,
    numbers,
    imports,
    exports,
    clinic,
    clinic_hours,
    clinic_reminders,
    clinic_list,
    team,
    audit,
)


def create_staff_app(companion: Companion, settings: StaffSettings) -> Flask:
    """Return the application; raises LookupError if a page does not say whom it is for."""
    pages = companion.setup.templates / "pages"
    app = Flask(__name__, static_folder=pages / "staff" / "static", static_url_path="/staff/static")
    _configure(app, settings)
    _use_templates(app, pages)
    said = load_staff_words(companion.setup.templates)
    signer = URLSafeSerializer(settings.secret_key, salt="known browsers")
    with app.app_context():
        put_in(
            Room(companion, companion.real_clock, signer, settings.https, said.said, said.task, said.action)
        )
    # First, so that it has the last word on what others added to an answer.
    headers.add_headers(app, https=settings.https)
    guard.guard(app)
    CSRFProtect(app)
    coming_and_going.check_half_way(app)
    library.set_up(app, settings.encryption_keys, said.library)
    coming_and_going.watch(app)
    for part in _PARTS:
        app.register_blueprint(part.blueprint())
    errors.add_error_pages(app)
    add_filters(app, companion, settings.price)
    add_links(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    return app


def _configure(app: Flask, settings: StaffSettings) -> None:
    app.secret_key = settings.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=_LARGEST_BODY,
        # The prefix holds the browser to https, this host alone and the whole of it (RFC 6265bis).
        SESSION_COOKIE_NAME="__Host-companion" if settings.https else "companion",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        # A form is as old as its session may be; the token itself needs no clock of its own.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )


def _use_templates(app: Flask, pages: Path) -> None:
    # The design system's macros read options that are not given.
    app.jinja_options = {
        "undefined": ChainableUndefined,
        # Flask goes by the file's name, and would leave what the components are given as it is.
        "autoescape": True,
        "loader": ChoiceLoader([FileSystemLoader(pages), PackageLoader("nhsuk_frontend_jinja")]),
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    versions = _versions(Path(app.static_folder or ""))
    app.context_processor(lambda: {"person": person_or_none(), "demo": is_demo()})

    @app.url_defaults
    def name_version(endpoint: str, values: dict[str, Any]) -> None:
        """A file that changed has another address, so that browsers may keep it for good."""
        if endpoint == "static" and (version := versions.get(values.get("filename", ""))):
            values["v"] = version


def _versions(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()[:10]
        for file in folder.rglob("*")
        if file.is_file()
    }
