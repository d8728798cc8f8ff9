"""The control of the network itself, JSON under /local/: clock, sweeps, people, texts, ledger, faults."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from companion.carrier.directory import parse_numbers, parse_people
from companion.carrier.faults import parse_rules, parse_seed
from companion.carrier.instants import from_iso
from companion.carrier.jump_target import jump_target
from companion.carrier.ledger_json import clock_json, ledger_json, receipt_json
from companion.carrier.network import Network
from companion.carrier.sweep import SweepReport
from companion.carrier.texting import take_text
from companion.domain.phone import parse_phone
from companion.errors import CompanionError, InvalidInput, InvalidTransition

View = Callable[[Network], object]


def local_blueprint(network: Network) -> Blueprint:
    """Return the routes. Errors are `{"error": sentence}`: 400 bad input, 409 not now."""
    local = Blueprint("local_control", __name__, url_prefix="/local")
    local.register_error_handler(CompanionError, _refuse)
    local.register_error_handler(HTTPException, _refuse_http)
    views: dict[tuple[str, str], View] = {
        ("GET", "clock"): clock_json,
        ("PUT", "sweep"): _report_sweep,
        ("GET", "people"): lambda known: [asdict(person) for person in known.directory.people],
        ("PUT", "people"): _set_people,
        ("GET", "numbers"): lambda known: [asdict(number) for number in known.directory.numbers],
        ("PUT", "numbers"): _set_numbers,
        ("POST", "texts"): lambda known: receipt_json(take_text(known, _object())),
        ("GET", "ledger"): _ledger,
        ("GET", "faults"): lambda known: known.faults.as_json(),
        ("PUT", "faults"): _set_faults,
    }
    for (method, name), view in views.items():
        local.add_url_rule(f"/{name}", f"{method}-{name}", _answering(view, network), methods=[method])
    local.add_url_rule("/clock", "POST-clock", lambda: _move_clock(network), methods=["POST"])
    return local


def _answering(view: View, network: Network) -> Callable[[], Response]:
    return lambda: jsonify(view(network))


def _move_clock(network: Network) -> Response:
    """Answer 202 at once; with ?wait=1, 200 when the jump is over."""
    now = network.clock.now()
    network.jumper.start(jump_target(_object(), now, network.board.latest), now)
    waiting = request.args.get("wait") == "1"
    if waiting:
        network.jumper.wait()
    answer = jsonify(clock_json(network))
    answer.status_code = 200 if waiting else 202
    return answer


def _report_sweep(network: Network) -> object:
    fields = _object()
    if fields.keys() != {"as_of", "next_due"}:
        raise InvalidInput("A sweep report has as_of and next_due (null when nothing waits).")
    next_due = None if fields["next_due"] is None else from_iso(fields["next_due"])
    network.board.report(SweepReport(from_iso(fields["as_of"]), next_due))
    return fields


def _set_people(network: Network) -> object:
    network.directory.people = parse_people(_body())
    network.touch()
    return [asdict(person) for person in network.directory.people]


def _set_numbers(network: Network) -> object:
    network.directory.numbers = parse_numbers(_body())
    network.touch()
    return [asdict(number) for number in network.directory.numbers]


def _ledger(network: Network) -> object:
    phone = request.args.get("phone")
    return ledger_json(network, parse_phone(phone) if phone else None)


def _set_faults(network: Network) -> object:
    rules, seed = parse_rules(_body()), parse_seed(request.args.get("seed"))
    network.faults.set_rules(rules, seed)
    return network.faults.as_json()


def _body() -> object:
    """Return the JSON body. Raises InvalidInput when there is none that can be read."""
    body: object = request.get_json(force=True, silent=True)
    if body is None:
        raise InvalidInput("Send a JSON body.")
    return body


def _object() -> dict[str, Any]:
    body = _body()
    if not isinstance(body, dict):
        raise InvalidInput("Send a JSON object.")
    return body


def _refuse(error: CompanionError) -> Response:
    answer = jsonify(error=str(error))
    answer.status_code = 409 if isinstance(error, InvalidTransition) else 400
    return answer


def _refuse_http(error: HTTPException) -> Response:
    answer = jsonify(error=error.description or error.name)
    answer.status_code = error.code or 500
    return answer
