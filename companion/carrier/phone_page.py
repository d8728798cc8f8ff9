"""
The phone page: a person's phone on this network, with the demonstration's clock beside it.

Plain forms answered by a redirect; the script only saves reloading. What goes wrong is named by an id here
and said in words by the template.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from companion.carrier.admission import MAX_BODY
from companion.carrier.jump_target import jump_target
from companion.carrier.network import Network
from companion.carrier.phone_view import Choice, look_at_phone, read_choice
from companion.carrier.texting import clean_body, take_text
from companion.errors import CompanionError

_STEPS: dict[str, dict[str, object]] = {
    "hour": {"advance_seconds": 3600},
    "day": {"advance_seconds": 86400},
    "next": {"to_next": True},
}


def phone_blueprint(network: Network) -> Blueprint:
    """Return the routes under /phone/, with their style and script under /phone/static/."""
    static = network.config.templates / "pages" / "phone" / "static"
    phone = Blueprint(
        "phone", __name__, url_prefix="/phone", static_folder=str(static.resolve()), static_url_path="/static"
    )
    phone.add_url_rule("/", "page", _page(network), methods=["GET"])
    phone.add_url_rule("/texts", "texts", _text(network), methods=["POST"])
    phone.add_url_rule("/clock", "clock", _move_clock(network), methods=["POST"])
    return phone


def _page(network: Network) -> Callable[[], Response]:
    def page() -> Response:
        choice = read_choice(network, request.args)
        return _show(network, choice, "bad-phone" if choice.mistyped else None)

    return page


def _text(network: Network) -> Callable[[], BaseResponse]:
    def text() -> BaseResponse:
        choice = read_choice(network, request.form)
        body = clean_body(request.form.get("body", ""))
        mistake = _mistake(choice, body)
        if mistake is not None:
            return _show(network, choice, mistake, draft=body)
        take_text(network, {"from": choice.phone, "to": choice.number, "body": body})
        return _back(choice)

    return text


def _move_clock(network: Network) -> Callable[[], BaseResponse]:
    def move_clock() -> BaseResponse:
        choice = read_choice(network, request.form)
        step = _STEPS.get(request.form.get("forward", ""), {})
        now = network.clock.now()
        try:
            network.jumper.start(jump_target(step, now, network.board.latest), now)
        except CompanionError:
            return _show(network, choice, _why_not_moved(network, step))
        return _back(choice)

    return move_clock


def _mistake(choice: Choice, body: str) -> str | None:
    """Return the id of what keeps a text from being sent, or None."""
    if choice.phone is None:
        return "bad-phone"
    if choice.number is None:
        return "no-clinic"
    if not body.strip():
        return "empty-text"
    return "long-text" if len(body) > MAX_BODY else None


def _why_not_moved(network: Network, step: Mapping[str, object]) -> str:
    if network.jumper.jumping:
        return "clock-moving"
    return "nothing-due" if "to_next" in step else "bad-step"


def _show(network: Network, choice: Choice, mistake: str | None, draft: str = "") -> Response:
    """Render the page; a mistake is said on it (400) and what was typed is still there."""
    page = render_template("page.html", view=look_at_phone(network, choice), mistake=mistake, draft=draft)
    return make_response(page, 200 if mistake is None else 400)


def _back(choice: Choice) -> BaseResponse:
    chosen = {"as": choice.phone, "number": choice.number}
    return redirect(f"/phone/?{urlencode({name: value for name, value in chosen.items() if value})}", 303)
