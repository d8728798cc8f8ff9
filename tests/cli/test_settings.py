"""What the environment says: from variables, files and .env, all problems at once, no secret shown."""

from pathlib import Path

import pytest

from companion import settings
from companion.errors import SettingsError
from companion.settings import Settings, problems
from tests.cli.conftest import Companion

#: Thirty-two bytes of nothing; a fixed one, so that the names of these tests are the same in every process.
KEY = "A" * 43 + "="
WHOLE = {
    "SECRET_KEY": "s",
    "COMPANION_ENCRYPTION_KEYS": KEY,
    "COMPANION_HASH_KEY": "h",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "t",
    "PUBLIC_URL": "https://companion.example",
}


def load(**values: str) -> Settings:
    return settings.load({**WHOLE, **values})


def ids(loaded: Settings) -> list[str]:
    return [problem.id for problem in problems(loaded)]


def test_a_whole_configuration_has_no_problem() -> None:
    assert ids(load()) == []


def test_with_nothing_set_every_missing_setting_is_named_at_once() -> None:
    found = problems(settings.load({}))

    assert [(problem.id, problem.setting) for problem in found] == [
        ("C001", "SECRET_KEY"),
        ("C002", "COMPANION_ENCRYPTION_KEYS"),
        ("C003", "COMPANION_HASH_KEY"),
        ("C004", "TWILIO_ACCOUNT_SID"),
        ("C005", "TWILIO_AUTH_TOKEN"),
        ("C006", "PUBLIC_URL"),
    ]
    assert all(problem.hint for problem in found)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"PUBLIC_URL": "http://companion.example"}, ["C007"]),
        ({"PUBLIC_URL": "companion.example"}, ["C007"]),
        ({"PUBLIC_URL": "ftp://companion.example"}, ["C007"]),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, []),
        ({"PUBLIC_URL": "http://localhost:8000"}, []),
        ({"PUBLIC_URL": "http://127.0.0.1.evil.example"}, ["C007"]),
        ({"PUBLIC_URL": "http://localhost@evil.example"}, ["C007"]),
        ({"PUBLIC_URL": "http://[::1"}, ["C007"]),
        ({"TWILIO_API_URL": "http://api.example"}, ["C008"]),
        ({"TWILIO_API_URL": "http://[::1"}, ["C008"]),
        ({"TWILIO_API_URL": "https://api.example"}, []),
        ({"TWILIO_API_URL": "http://127.0.0.1:8010"}, []),
        ({"TWILIO_API_KEY": "SK1"}, ["C009"]),
        ({"TWILIO_API_SECRET": "x"}, ["C009"]),
        ({"TWILIO_API_KEY": "SK1", "TWILIO_API_SECRET": "x"}, []),
        ({"COMPANION_ENCRYPTION_KEYS": "short"}, ["C010"]),
        ({"COMPANION_ENCRYPTION_KEYS": f"{KEY}, short,also"}, ["C010", "C010"]),
        ({"COMPANION_ENCRYPTION_KEYS": " , "}, ["C002"]),
        ({"SECRET_KEY": ""}, ["C001"]),
        ({"COMPANION_FAILPOINT": "post-ended:f"}, ["C011"]),
        ({"COMPANION_FAILPOINT": "post-ended:f", "TWILIO_API_URL": "https://api.example"}, ["C011"]),
        ({"COMPANION_FAILPOINT": "post-ended:f", "TWILIO_API_URL": "http://127.0.0.1:8010"}, []),
        ({"COMPANION_ALERT_URL": "http://pager.example/hook"}, ["C012"]),
        ({"COMPANION_ALERT_URL": "pager.example/hook"}, ["C012"]),
        ({"COMPANION_ALERT_URL": "https://"}, ["C012"]),
        ({"COMPANION_ALERT_URL": "http://[::1"}, ["C012"]),
        ({"COMPANION_ALERT_URL": "http://127.0.0.1@pager.example/"}, ["C012"]),
        ({"COMPANION_ALERT_URL": "https://pager.example/hook"}, []),
        ({"COMPANION_ALERT_URL": "http://127.0.0.1:9000/hook"}, []),
    ],
    ids=lambda value: "+".join(f"{k}={v[:30]}" for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_each_problem_has_an_id_of_its_own(given: dict[str, str], found: list[str]) -> None:
    assert ids(load(**given)) == found


def test_a_bad_key_is_named_by_its_place_and_not_shown() -> None:
    found = problems(load(COMPANION_ENCRYPTION_KEYS=f"{KEY},very-secret"))

    assert found[0].problem.startswith("key 2 ")
    assert "very-secret" not in str(found)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "65536"}, "PORT"),
        ({"COMPANION_TIMEZONE": "Mars/Olympus"}, "COMPANION_TIMEZONE"),
        ({"COMPANION_REPLIES": "pigeon"}, "COMPANION_REPLIES"),
        ({"COMPANION_HTTP_TIMEOUT": "0"}, "COMPANION_HTTP_TIMEOUT"),
        ({"COMPANION_HTTP_TIMEOUT": "21"}, "COMPANION_HTTP_TIMEOUT"),
        ({"COMPANION_FAILPOINT": "noon:f"}, "COMPANION_FAILPOINT"),
    ],
    ids=[
        "no number",
        "port 0",
        "port too large",
        "no zone",
        "no way to reply",
        "no wait",
        "too long a wait",
        "no step",
    ],
)
def test_a_value_that_cannot_be_read_is_named_in_one_line(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as refused:
        load(**given)

    assert "\n" not in str(refused.value)


def test_every_value_that_cannot_be_read_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"PORT.*COMPANION_TIMEZONE"):
        load(PORT="eighty", COMPANION_TIMEZONE="Mars/Olympus")


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("DATABASE_URL", lambda s: s.database_url.get_secret_value()),
        ("SECRET_KEY", lambda s: s.secret_key.get_secret_value()),
        ("COMPANION_ENCRYPTION_KEYS", lambda s: s.keys[0]),
        ("COMPANION_HASH_KEY", lambda s: s.hash_key.get_secret_value()),
        ("TWILIO_AUTH_TOKEN", lambda s: s.auth_tokens[0]),
        ("TWILIO_API_SECRET", lambda s: s.api_secret.get_secret_value()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_secret_may_come_from_a_file(tmp_path: Path, name: str, read: object) -> None:
    file = tmp_path / "secret"
    file.write_text("from-the-file\n")

    loaded = settings.load({f"{name}_FILE": str(file)})

    assert read(loaded) == "from-the-file"  # type: ignore[operator]


@pytest.mark.parametrize("what", ["missing", "a folder", "not text"])
def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path, what: str) -> None:
    file = tmp_path / "secret"
    if what == "a folder":
        file.mkdir()
    elif what == "not text":
        file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingsError, match="SECRET_KEY_FILE"):
        settings.load({"SECRET_KEY_FILE": str(file)})


def test_secrets_are_not_shown_when_settings_are() -> None:
    loaded = load(DATABASE_URL="postgres://u:hunter2@h/d", TWILIO_API_KEY="SK1", TWILIO_API_SECRET="hunter3")

    shown = repr(loaded) + str(loaded)
    assert [secret for secret in ("hunter2", "hunter3", KEY) if secret in shown] == []


def test_tokens_and_keys_are_read_newest_first() -> None:
    loaded = load(TWILIO_AUTH_TOKEN=" new , old ")

    assert loaded.auth_tokens == ("new", "old")


def test_an_empty_variable_counts_as_not_set() -> None:
    assert load(PORT="", COMPANION_TIMEZONE="").port == 8000


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8010", True),
        ("http://localhost:8010", True),
        ("http://[::1]:8010", True),
        ("https://api.example", False),
        ("", False),
    ],
)
def test_a_carrier_is_local_only_on_this_machine(url: str, local: bool) -> None:
    assert load(TWILIO_API_URL=url).on_local_carrier is local


def test_dotenv_is_read_beneath_the_environment(bare: Companion) -> None:
    (bare.folder / ".env").write_text("PORT=8100\nCOMPANION_TIMEZONE=Europe/Paris\n")
    bare.set(PORT="8200")

    loaded = settings.load(settings.environment())

    assert (loaded.port, loaded.timezone) == (8200, "Europe/Paris")


def test_what_serve_made_is_read_only_where_it_is_asked_for(bare: Companion) -> None:
    (bare.folder / "var").mkdir()
    (bare.folder / "var" / "local.env").write_text("SECRET_KEY=made\nPORT=8100\n")
    bare.set(PORT="8200")

    with_made = settings.load(settings.environment(), local=True)
    without = settings.load(settings.environment())

    assert (with_made.secret_key.get_secret_value(), with_made.port) == ("made", 8200)
    assert without.secret_key.get_secret_value() == ""
