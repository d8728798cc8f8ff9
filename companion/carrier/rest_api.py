"""Twilio's REST API for messages, over HTTP: authentication, routes and spoiled answers."""

import hmac
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from companion.carrier.config import CarrierConfig
from companion.carrier.faults import Rule
from companion.carrier.listing import page_json, parse_query, take_page
from companion.carrier.message import Message
from companion.carrier.network import Network
from companion.carrier.resource import API_VERSION, account_uri, message_json
from companion.carrier.twilio_error import TwilioError, server_error

#: In a request's environment: an Event; once set, the server cuts the connection instead of answering.
CUT_CONNECTION = "carrier.cut_connection"


def rest_blueprint(network: Network) -> Blueprint:
    """Return the routes under /2010-04-01/Accounts/{sid}/; every error has Twilio's JSON body."""
    api = Blueprint("rest_api", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>")
    api.before_request(_gate(network.config))
    api.register_error_handler(TwilioError, _refuse)
    api.register_error_handler(HTTPException, _refuse_http)
    api.add_url_rule("/Messages.json", view_func=_list(network), methods=["GET"])
    api.add_url_rule("/Messages.json", view_func=_create(network), methods=["POST"])
    api.add_url_rule("/Messages/<sid>.json", view_func=_fetch(network), methods=["GET"])
    api.add_url_rule("/Messages/<sid>.json", view_func=_update(network), methods=["POST"])
    api.add_url_rule("/Messages/<sid>.json", view_func=_delete(network), methods=["DELETE"])
    api.add_url_rule("/<path:path>", view_func=_unknown, methods=["GET", "POST", "PUT", "DELETE"])
    return api


def _gate(config: CarrierConfig) -> Callable[[], None]:
    """Return the check made before every route: who is asking (20003), and for which account (20404)."""
    accepted = [(config.account_sid, token) for token in config.auth_tokens]
    if config.api_key is not None:
        accepted.append(config.api_key)

    def check() -> None:
        given = request.authorization
        pair = (given.username or "", given.password or "") if given and given.type == "basic" else ("", "")
        if not any(_same(pair, known) for known in accepted):
            raise TwilioError(20003)
        if (request.view_args or {}).get("account_sid") != config.account_sid:
            raise TwilioError(20404)

    return check


def _same(given: tuple[str, str], known: tuple[str, str]) -> bool:
    """Compare in constant time; empty credentials never match."""
    matches = [
        hmac.compare_digest(one.encode(), other.encode()) for one, other in zip(given, known, strict=True)
    ]
    return all(matches) and all(known)


def _list(network: Network) -> Callable[[str], Response]:
    def list_messages(account_sid: str) -> Response:
        query = parse_query(request.args)
        page = take_page(network.ledger.messages(), query)
        bodies = [message_json(message, account_sid) for message in page.messages]
        return jsonify(page_json(page, query, f"{account_uri(account_sid)}/Messages.json", bodies))

    return list_messages


def _create(network: Network) -> Callable[[str], Response]:
    def create_message(account_sid: str) -> Response:
        accepted = network.outbound.create(request.form)
        if accepted.answer_fault is not None:
            _spoil(network, accepted.answer_fault)
        answer = jsonify(message_json(accepted.message, account_sid))
        answer.status_code = 201
        return answer

    return create_message


def _spoil(network: Network, fault: Rule) -> None:
    """Delay or drop the answer to an accepted text, or fail in its place."""
    if fault.fault == "delay":
        network.closing.wait(fault.seconds)
    elif fault.fault == "drop-answer":
        request.environ[CUT_CONNECTION].set()
    else:
        raise server_error(fault.status, fault.code)


def _fetch(network: Network) -> Callable[[str, str], Response]:
    def fetch_message(account_sid: str, sid: str) -> Response:
        return jsonify(message_json(_find(network, sid), account_sid))

    return fetch_message


def _update(network: Network) -> Callable[[str, str], Response]:
    def update_message(account_sid: str, sid: str) -> Response:
        updated = network.outbound.update(_find(network, sid), request.form)
        return jsonify(message_json(updated, account_sid))

    return update_message


def _delete(network: Network) -> Callable[[str, str], Response]:
    def delete_message(account_sid: str, sid: str) -> Response:  # noqa: ARG001 - the route names it
        network.outbound.delete(_find(network, sid))
        return Response(status=204)

    return delete_message


def _find(network: Network, sid: str) -> Message:
    message = network.ledger.find(sid)
    if message is None or message.deleted or message.direction == "network":
        raise TwilioError(20404)
    return message


def _unknown(account_sid: str, path: str) -> Response:  # noqa: ARG001 - the route names them
    raise TwilioError(20404)


def _refuse(error: TwilioError) -> Response:
    answer = jsonify(error.body())
    answer.status_code = error.status
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return answer


def _refuse_http(error: HTTPException) -> Response:
    """Give Flask's own refusals (method not allowed, body too large) Twilio's shape."""
    return _refuse(TwilioError(20004 if error.code == 405 else 20001, error.code or 500))
