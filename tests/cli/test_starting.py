"""What refuses to start, and why: half a configuration, an open line, a taken port."""

import json
import socket
import stat
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Companion


@pytest.mark.parametrize("part", ["web", "worker", "carrier"])
def test_no_part_starts_with_nothing_set_and_all_that_is_missing_is_named(bare: Companion, part: str) -> None:
    problem = bare.run(part).problem

    assert [f"C00{n}" for n in range(1, 7) if f"C00{n} " not in problem] == []


@pytest.mark.parametrize("part", ["web", "worker"])
@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("SECRET_KEY", "", "C001"),
        ("COMPANION_ENCRYPTION_KEYS", "", "C002"),
        ("COMPANION_ENCRYPTION_KEYS", "short", "C010"),
        ("COMPANION_HASH_KEY", "", "C003"),
        ("TWILIO_ACCOUNT_SID", "", "C004"),
        ("TWILIO_AUTH_TOKEN", "", "C005"),
        ("PUBLIC_URL", "", "C006"),
        ("PUBLIC_URL", "http://companion.example", "C007"),
        ("TWILIO_API_URL", "http://api.example", "C008"),
        ("TWILIO_API_KEY", "SK1", "C009"),
    ],
    ids=lambda value: value[:25] if isinstance(value, str) else "",
)
def test_the_web_and_the_worker_start_on_nothing_less_than_all(
    companion: Companion, part: str, setting: str, value: str, named: str
) -> None:
    companion.set(**{setting: value})

    assert f"{named} {setting}" in companion.run(part).problem


@pytest.mark.parametrize("part", ["web", "worker"])
def test_what_was_made_for_a_demo_starts_neither_web_nor_worker(companion: Companion, part: str) -> None:
    (companion.folder / "var").mkdir()
    (companion.folder / "var" / "local.env").write_text("SECRET_KEY=made\n")
    companion.unset("SECRET_KEY")

    assert "C001" in companion.run(part).problem


@pytest.mark.parametrize("part", [("web",), ("worker",), ("worker", "--once")], ids=" ".join)
def test_on_a_database_at_no_schema_nothing_starts(complete: Companion, part: tuple[str, ...]) -> None:
    assert "companion db upgrade" in complete.run(*part).problem


@pytest.mark.parametrize(
    "url", ["", "https://api.example", "http://127.0.0.1"], ids=["unset", "away", "no port"]
)
def test_the_carrier_stands_on_this_machine_or_not_at_all(companion: Companion, url: str) -> None:
    companion.set(TWILIO_API_URL=url)

    assert "TWILIO_API_URL" in companion.run("carrier").problem


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield int(taken.getsockname()[1])


def test_a_carrier_whose_port_is_taken_says_so(companion: Companion, taken_port: int) -> None:
    companion.set(TWILIO_API_URL=f"http://127.0.0.1:{taken_port}")

    assert str(taken_port) in companion.run("carrier").problem


@pytest.mark.parametrize(
    ("setting", "value"),
    [("TWILIO_API_URL", "https://api.example"), ("PUBLIC_URL", "https://companion.example")],
)
def test_serve_texts_no_real_phone(bare: Companion, setting: str, value: str) -> None:
    bare.set(**{setting: value})

    assert setting in bare.run("serve").problem
    assert not (bare.folder / "var" / "companion.db").exists()


def test_serve_on_a_taken_port_says_which_and_what_to_do(bare: Companion, taken_port: int) -> None:
    bare.set(PORT=str(taken_port))

    assert f"Port {taken_port} is in use" in bare.run("serve").problem


def test_serve_keeps_what_it_made_for_the_owner_alone_and_uses_it_again(
    bare: Companion, taken_port: int
) -> None:
    bare.set(PORT=str(taken_port))  # so that it ends as soon as it has made its values
    file = bare.folder / "var" / "local.env"

    bare.run("serve")
    first = file.read_text()
    bare.run("serve")

    assert file.read_text() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    made = dict(line.split("=", 1) for line in first.splitlines() if "=" in line)
    assert {name for name, value in made.items() if value} == {
        "SECRET_KEY",
        "COMPANION_ENCRYPTION_KEYS",
        "COMPANION_HASH_KEY",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "PUBLIC_URL",
        "TWILIO_API_URL",
    }


def test_with_what_serve_made_the_other_commands_work(bare: Companion, taken_port: int) -> None:
    bare.set(PORT=str(taken_port))
    bare.run("serve")

    assert bare.run("db", "upgrade").status == 0
    assert bare.run("tasks", "--json").status == 0
    assert [json.loads(line)["id"] for line in bare.run("check", "--json").out.splitlines()] == []


def test_refusals_name_no_secret(companion: Companion, encryption_key: str) -> None:
    companion.set(PUBLIC_URL="http://companion.example")

    problem = companion.run("web").problem

    secrets = ("secret-of-the-test", encryption_key, "hash-key-of-the-test", "token-of-the-test")
    assert [secret for secret in secrets if secret in problem] == []
