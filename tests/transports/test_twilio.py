"""The real Twilio client against a carrier on this machine: every way in which handing over can end."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from companion.carrier.config import CarrierConfig
from companion.carrier.server import running
from companion.domain.delivery import Accepted, AnswerLost, NotTaken, Outcome, Refused, SenderFault
from companion.transports.base import OutboundText
from companion.transports.twilio import TwilioAccount, TwilioTransport
from tests.people import ACCOUNT_SID, AMINA, AUTH_TOKEN, CLINIC

#: Nothing listens there, so that nothing hears the callbacks; these tests are about the answer alone.
NOBODY = "http://127.0.0.1:9/sms/status?token=t"
TEXT = OutboundText(AMINA, CLINIC, "You have a visit.", NOBODY, 600)
SERVICE = "MG" + "b2" * 16


@pytest.fixture(scope="module")
def carrier(templates: Path) -> Iterator[str]:
    config = CarrierConfig(
        account_sid=ACCOUNT_SID,
        auth_tokens=(AUTH_TOKEN,),
        inbound_url="http://127.0.0.1:9/sms/inbound",
        templates=templates,
        api_key=("SK" + "c3" * 16, "key-secret"),
        step_seconds=0.01,
    )
    with running(config) as base:
        yield base


def transport(api_url: str, timeout_seconds: float = 5, **account: Any) -> TwilioTransport:
    given = {"sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN, "api_url": api_url, **account}
    return TwilioTransport(TwilioAccount(**given), timeout_seconds)


def faults(carrier: str, *rules: dict[str, object]) -> None:
    requests.put(f"{carrier}/local/faults", json=list(rules), timeout=10).raise_for_status()


def taken(carrier: str) -> list[dict[str, Any]]:
    """Return every text the network has taken, oldest first."""
    found: list[dict[str, Any]] = requests.get(f"{carrier}/local/ledger", timeout=10).json()["messages"]
    return found


def test_a_text_that_is_taken_has_the_providers_name_for_it(carrier: str) -> None:
    outcome = transport(carrier).send(TEXT)

    assert isinstance(outcome, Accepted)
    (text,) = [message for message in taken(carrier) if message["sid"] == outcome.sid]
    assert (text["to"], text["from"], text["body"]) == (AMINA, CLINIC, "You have a visit.")
    assert outcome.status == "queued"


def rule(fault: str, **more: object) -> dict[str, object]:
    return {"to": "*", "fault": fault, "times": 1, **more}


@pytest.mark.parametrize(
    ("fault", "outcome", "texts"),
    [
        (rule("delay", seconds=5), AnswerLost("ReadTimeout"), 1),
        (rule("drop-answer"), AnswerLost("ConnectionError"), 1),
        (rule("fail-before", status=500), AnswerLost("HTTP 500, code 20500"), 0),
        (rule("fail-before", status=503), AnswerLost("HTTP 503, code 20503"), 0),
        (rule("fail-after", status=500), AnswerLost("HTTP 500, code 20500"), 1),
        (rule("fail-before", status=429), NotTaken("HTTP 429, code 20429"), 0),
        (rule("reject", code=21211), Refused("HTTP 400, code 21211", 21211), 0),
        (rule("reject", code=21614), Refused("HTTP 400, code 21614", 21614), 0),
        (rule("reject", code=21610), Refused("HTTP 400, code 21610", 21610), 0),
        (rule("reject", code=21611), NotTaken("HTTP 400, code 21611"), 0),
    ],
    ids=[
        "answer too late",
        "answer dropped",
        "failed before",
        "unavailable",
        "failed after",
        "too many requests",
        "no such number",
        "a landline",
        "opted out",
        "queue full",
    ],
)
def test_what_came_of_a_text_is_judged_by_what_may_have_been_taken(
    carrier: str, fault: dict[str, object], outcome: Outcome, texts: int
) -> None:
    before = len(taken(carrier))
    faults(carrier, fault)
    try:
        assert transport(carrier, timeout_seconds=0.5).send(TEXT) == outcome
    finally:
        faults(carrier)

    # Nothing is ever retried beneath us: a text the network took, it took once.
    assert len(taken(carrier)) - before == texts


def test_a_wrong_token_is_no_fault_of_the_text(carrier: str) -> None:
    assert transport(carrier, auth_token="wrong").send(TEXT) == SenderFault("HTTP 401, code 20003", 20003)


def test_a_wrong_account_is_no_fault_of_the_text(carrier: str) -> None:
    outcome = transport(carrier, sid="AC" + "f" * 32, api_key=("SK" + "c3" * 16, "key-secret")).send(TEXT)

    assert outcome == SenderFault("HTTP 404, code 20404", 20404)


def test_an_api_key_sends_instead_of_the_token(carrier: str) -> None:
    sender = transport(carrier, auth_token="wrong", api_key=("SK" + "c3" * 16, "key-secret"))

    assert isinstance(sender.send(TEXT), Accepted)


def test_where_nobody_listens_nothing_was_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert transport(f"http://127.0.0.1:{port}").send(TEXT) == NotTaken("ConnectionError")


def test_a_host_nobody_knows_took_nothing() -> None:
    assert transport("http://nobody.invalid:1").send(TEXT) == NotTaken("ConnectionError")


def test_a_certificate_nobody_trusts_took_nothing(tmp_path: Path) -> None:
    with serving_tls(tmp_path) as base:
        assert transport(base).send(TEXT) == NotTaken("SSLError")


def test_a_connection_the_provider_has_closed_meanwhile_costs_no_text(templates: Path) -> None:
    config = CarrierConfig(ACCOUNT_SID, (AUTH_TOKEN,), "http://127.0.0.1:9/sms/inbound", templates)
    with running(config) as base:
        sender = transport(base)
        assert isinstance(sender.send(TEXT), Accepted)
    with running(replace(config), port=int(base.rpartition(":")[2])):
        assert isinstance(sender.send(TEXT), Accepted)


@contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """Serve one fixed answer; yield the address and the forms that came."""
    forms: list[dict[str, list[str]]] = []

    class Fixed(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            forms.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.do_GET()

        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Fixed)) as port:
        yield f"http://127.0.0.1:{port}", forms


@contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def serving_tls(folder: Path) -> Iterator[str]:
    """Serve https with a certificate made by nobody one trusts."""
    certificate = self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = QuietServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server) as port:
        yield f"https://127.0.0.1:{port}"


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """A client that hangs up is what the test is about."""


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    encoding, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, no_password)
        + certificate.public_bytes(encoding)
    )
    return file


PROBLEM = {"type": "https://example.com/busy", "title": "Busy", "status": 429, "code": 20429}


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (201, b"not JSON", AnswerLost("JSONDecodeError")),
        (201, b"{}", AnswerLost("no message id")),
        (201, b"[]", AnswerLost("AttributeError")),
        (200, b'{"sid": null}', AnswerLost("no message id")),
        (502, b"<html>bad gateway</html>", AnswerLost("HTTP 502, code 502")),
        (429, b"<html>slow down</html>", NotTaken("HTTP 429, code 429")),
        (429, json.dumps(PROBLEM).encode(), NotTaken("HTTP 429, code 20429")),
    ],
    ids=[
        "success that is no JSON",
        "success without a name",
        "success of another shape",
        "success with an empty name",
        "a gateway's error page",
        "a gateway's too many requests",
        "a problem document",
    ],
)
def test_an_answer_that_cannot_be_read_is_judged_by_its_status(
    status: int, body: bytes, outcome: Outcome
) -> None:
    with answering(status, body) as (base, _):
        assert transport(base).send(TEXT) == outcome


@pytest.mark.parametrize(
    ("seconds", "sent"),
    [(600, ["600"]), (None, None), (0, ["1"]), (345_600, ["36000"])],
    ids=["ten minutes", "no end", "none left", "longer than may be"],
)
def test_the_time_a_text_is_useful_is_sent_within_what_twilio_allows(
    seconds: int | None, sent: list[str] | None
) -> None:
    with answering(201, b'{"sid": "SM1", "status": "queued"}') as (base, forms):
        transport(base).send(replace(TEXT, valid_for_seconds=seconds))

    assert forms[0].get("ValidityPeriod") == sent


def test_the_form_names_everything_and_asks_for_a_callback() -> None:
    with answering(201, b'{"sid": "SM1", "status": "queued"}') as (base, forms):
        assert transport(base).send(TEXT) == Accepted("SM1", "queued")

    assert forms == [
        {
            "To": [AMINA],
            "From": [CLINIC],
            "Body": ["You have a visit."],
            "StatusCallback": [NOBODY],
            "ValidityPeriod": ["600"],
        }
    ]


def test_a_messaging_service_is_named_beside_the_clinics_own_number() -> None:
    with answering(201, b'{"sid": "SM1", "status": "accepted"}') as (base, forms):
        transport(base, messaging_service_sid=SERVICE).send(TEXT)

    assert (forms[0]["MessagingServiceSid"], forms[0]["From"]) == ([SERVICE], [CLINIC])


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_never_sees_a_demo_text(
    carrier: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert isinstance(transport(carrier).send(TEXT), Accepted)


def test_secrets_are_not_shown_when_an_account_is() -> None:
    shown = repr(TwilioAccount(ACCOUNT_SID, "the-token", ("SK1", "the-secret")))

    assert "the-token" not in shown
    assert "the-secret" not in shown
