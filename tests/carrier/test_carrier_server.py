"""Serving: loopback only, connections kept open, a clean stop, SIGTERM."""

import http.client
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from urllib.parse import urlsplit

import pytest
import requests

from companion.carrier.app import create_app
from companion.carrier.config import CarrierConfig
from companion.carrier.server import running
from companion.errors import ContentError, InvalidInput
from tests.carrier.carrier_rig import CLINIC, PATIENT, TEMPLATES, Carrier, OurSide, wait_for


def connection_to(base: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(base).netloc, timeout=10)


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "192.0.2.1", "example.org", "", "127.0.0.1.example.org"],
)
def test_any_address_but_loopback_is_refused(config: CarrierConfig, host: str) -> None:
    with pytest.raises(InvalidInput, match="only serves this machine"), running(config, host):
        pass


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_every_name_of_this_machine_is_served(config: CarrierConfig, host: str) -> None:
    with running(config, host) as base:
        assert base.startswith(f"http://{host}:")
        assert requests.get(f"{base}/local/clock", timeout=10).status_code == 200


def test_a_port_in_use_is_refused_with_a_sentence(config: CarrierConfig) -> None:
    with running(config) as base:
        port = urlsplit(base).port or 0
        with pytest.raises(InvalidInput, match=f"Port {port}"), running(config, port=port):
            pass


def test_one_connection_carries_many_requests(carrier: Carrier) -> None:
    connection = connection_to(carrier.base)
    connection.connect()
    first = connection.sock
    for method, path, body in [
        ("GET", "/local/clock", None),
        ("PUT", "/local/faults", "[]"),
        ("POST", "/local/texts", "not json"),
        ("POST", "/2010-04-01/Accounts/AC1/Messages.json", "To=unread&body=" + "x" * 5000),
        ("GET", "/nowhere", None),
        ("HEAD", "/phone/", None),
        ("GET", "/local/clock", None),
    ]:
        connection.request(method, path, body)
        answer = connection.getresponse()
        answer.read()
        assert connection.sock is first, path
    assert answer.status == 200
    connection.close()


def test_a_body_too_long_is_refused_without_reading_it(carrier: Carrier) -> None:
    connection = connection_to(carrier.base)
    connection.putrequest("POST", "/local/texts")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_stopping_ends_every_thread_and_closes_idle_connections(config: CarrierConfig, ours: OurSide) -> None:
    before = set(threading.enumerate())
    with running(config) as base:
        carrier = Carrier(base, config)
        connection = connection_to(base)
        connection.request("GET", "/local/clock")
        connection.getresponse().read()
        carrier.client().messages.create(to=PATIENT, from_=CLINIC, body="x", status_callback=ours.status_url)
        carrier.text("hello")
    carrier_threads = [thread for thread in threading.enumerate() if thread not in before]
    assert [thread.name for thread in carrier_threads if thread.name.startswith("carrier")] == []
    assert connection.sock.recv(1) == b""
    connection.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{base}/local/clock", timeout=5)


def test_stopping_does_not_wait_for_a_delayed_answer_or_a_jump(config: CarrierConfig) -> None:
    patient = replace(config, sweep_patience_seconds=300.0)
    with running(patient) as base:
        carrier = Carrier(base, patient)
        carrier.faults({"to": "*", "fault": "delay", "seconds": 300})
        carrier.local("PUT", "sweep", {"as_of": "2020-01-01T00:00:00Z", "next_due": "2050-01-01T00:00:00Z"})
        carrier.local("POST", "clock", {"to": "2051-01-01T00:00:00Z"})
        create = threading.Thread(
            target=lambda: carrier.client().messages.create(to=PATIENT, from_=CLINIC, body="x")
        )
        create.start()
        wait_for(lambda: carrier.ledger()["messages"])
    create.join(timeout=10)
    assert not create.is_alive()


SCRIPT = """
import sys
from pathlib import Path
from companion.carrier.config import CarrierConfig
from companion.carrier.server import run
run(CarrierConfig(sys.argv[1], (sys.argv[2],), sys.argv[3], Path(sys.argv[4])), "127.0.0.1", int(sys.argv[5]))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_run_serves_until_it_is_told_to_stop(config: CarrierConfig, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = [config.account_sid, config.auth_tokens[0], config.inbound_url, str(TEMPLATES), str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *given], stderr=subprocess.PIPE, cwd=TEMPLATES.parent
    )

    def answers() -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{port}/local/clock", timeout=1).ok
        except requests.ConnectionError:
            return False

    try:
        wait_for(answers)
        process.send_signal(number)
        _, complaints = process.communicate(timeout=10)
    finally:
        process.kill()
    assert (process.returncode, complaints) == (0, b"")


@pytest.mark.parametrize(
    "wording",
    [None, "stop = ", 'stop = "a"\nstart = "b"', 'stop = "a"\nstart = "b"\nhelp = " "', "stop = 1"],
    ids=["no file", "not TOML", "no help", "empty help", "a number"],
)
def test_wording_that_cannot_be_used_is_refused_at_the_start(
    config: CarrierConfig, tmp_path_factory: pytest.TempPathFactory, wording: str | None
) -> None:
    templates = tmp_path_factory.mktemp("templates")
    (templates / "pages" / "phone").mkdir(parents=True)
    if wording is not None:
        (templates / "pages" / "phone" / "network.toml").write_text(wording)
    with pytest.raises(ContentError, match=r"network\.toml"):
        create_app(replace(config, templates=templates))


def test_the_app_can_be_used_without_a_server(config: CarrierConfig) -> None:
    app = create_app(config)
    try:
        page = app.test_client().get("/phone/")
        assert page.status_code == 200
        assert asdict(config)["account_sid"] not in page.get_data(as_text=True)
    finally:
        app.extensions["carrier"].close()
