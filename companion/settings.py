"""
The only reader of the environment.

Every setting is here with its meaning; `.env.example` lists the same, and a test compares the two. A
secret may come from a file instead: `NAME_FILE` names it. `problems` lists everything that is wrong at
once, each with an id that stays and a hint that mends it.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from companion.domain.clock_time import check_zone
from companion.domain.price import Price, read_price
from companion.errors import CompanionError, SettingsError
from companion.services.failpoints import Failpoint, read_failpoint
from companion.storage.keys import check_key

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: Where `companion serve` keeps what it made for this machine; relative to the working folder.
LOCAL_ENV = Path("var/local.env")
_SECRETS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "COMPANION_ENCRYPTION_KEYS",
    "COMPANION_HASH_KEY",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_SECRET",
    "COMPANION_METRICS_TOKEN",
    "COMPANION_ALERT_URL",
)


@dataclass(frozen=True)
class Problem:
    id: str
    setting: str
    problem: str
    hint: str


@dataclass(frozen=True)
class StaffSettings:
    """What the staff's pages need to know."""

    #: Signs cookies and forms; another one signs everybody out, and locks nobody out.
    secret_key: str
    #: The keys of the second factor come from these, the newest first.
    encryption_keys: tuple[str, ...]
    #: Whether browsers reach the pages by https.
    https: bool
    #: How many proxies are believed about whom they speak for.
    proxies: int = 0
    #: Of one segment; None: what texts cost is not shown.
    price: Price | None = None


def _readable(read: Callable[[str], object]) -> AfterValidator:
    """Check what is set by reading it; a refusal of ours becomes one that names the setting."""

    def check(written: str) -> str:
        try:
            _ = written and read(written)
        except CompanionError as error:
            raise ValueError(str(error)) from error
        return written

    return AfterValidator(check)


class Settings(BaseSettings):
    """What the environment says, read once and never changed."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    #: SQLAlchemy address of the database.
    database_url: SecretStr = Field(SecretStr("sqlite:///var/companion.db"), alias="DATABASE_URL")
    #: Port of the web process.
    port: int = Field(8000, alias="PORT", ge=1, le=65535)
    #: Address the provider reaches us at; https, or http on this machine only.
    public_url: str = Field("", alias="PUBLIC_URL")
    #: Signs sessions and forms of the web pages.
    secret_key: SecretStr = Field(SecretStr(""), alias="SECRET_KEY")
    #: Newest first, comma-separated, each url-safe base64 of 32 bytes.
    encryption_keys: SecretStr = Field(SecretStr(""), alias="COMPANION_ENCRYPTION_KEYS")
    #: Finds phones and references without reading them; never changed.
    hash_key: SecretStr = Field(SecretStr(""), alias="COMPANION_HASH_KEY")
    account_sid: str = Field("", alias="TWILIO_ACCOUNT_SID")
    #: Several, comma-separated, while one is being rotated; the first sends.
    auth_token: SecretStr = Field(SecretStr(""), alias="TWILIO_AUTH_TOKEN")
    api_key: str = Field("", alias="TWILIO_API_KEY")
    api_secret: SecretStr = Field(SecretStr(""), alias="TWILIO_API_SECRET")
    messaging_service_sid: str = Field("", alias="TWILIO_MESSAGING_SERVICE_SID")
    #: Another base address for the message API; unset means Twilio itself.
    api_url: str = Field("", alias="TWILIO_API_URL")
    #: Zone of a new clinic that names none.
    timezone: Annotated[str, _readable(check_zone)] = Field("Europe/London", alias="COMPANION_TIMEZONE")
    #: How many proxies in front of the web process note whom they speak for in X-Forwarded-For.
    proxies: int = Field(0, alias="COMPANION_PROXIES", ge=0, le=5)
    #: How answers leave: in the webhook's own response, or through the outbox.
    replies: Literal["twiml", "outbox"] = Field("twiml", alias="COMPANION_REPLIES")
    #: Seconds the provider has to answer; any longer and a lease could end while a text is handed over.
    http_timeout: int = Field(10, alias="COMPANION_HTTP_TIMEOUT", ge=1, le=20)
    #: For trials only: the step at which a process kills itself; see `services.failpoints`.
    failpoint: Annotated[str, _readable(read_failpoint)] = Field("", alias="COMPANION_FAILPOINT")
    #: Whoever shows it may read /metrics; without one, whoever asks from this machine.
    metrics_token: SecretStr = Field(SecretStr(""), alias="COMPANION_METRICS_TOKEN")

    #: Address that is told of each urgent task, without text or number; such addresses may hold a secret.
    alert_url: SecretStr = Field(SecretStr(""), alias="COMPANION_ALERT_URL")
    #: What the provider charges for a segment, as in `GBP 0.0382`; staff see what texts cost.
    segment_price: Annotated[str, _readable(read_price)] = Field("", alias="COMPANION_SEGMENT_PRICE")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic names these
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The environment is read by `load` alone, so that a test can hand over a plain mapping.
        return (init_settings,)

    @property
    def keys(self) -> tuple[str, ...]:
        return _listed(self.encryption_keys)

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        return _listed(self.auth_token)

    @property
    def on_local_carrier(self) -> bool:
        """Whether texts go to a carrier on this machine and so to no real phone."""
        return bool(self.api_url) and is_loopback(self.api_url)

    @property
    def staff(self) -> "StaffSettings":
        return StaffSettings(
            secret_key=self.secret_key.get_secret_value(),
            encryption_keys=self.keys,
            https=_parts(self.public_url).scheme == "https",
            proxies=self.proxies,
            price=read_price(self.segment_price),
        )

    @property
    def dies_at(self) -> Failpoint | None:
        """Where a process kills itself; None unless a trial says so on a carrier of this machine."""
        return read_failpoint(self.failpoint) if self.failpoint and self.on_local_carrier else None

    @property
    def templates(self) -> Path:
        """The folder of every word a person reads: in the wheel, or beside the package in a checkout."""
        packaged = Path(__file__).with_name("templates")
        return packaged if packaged.is_dir() else Path(__file__).resolve().parents[1] / "templates"


def load(environ: Mapping[str, str], *, local: bool = False) -> Settings:
    """
    Read the settings; `local` also takes what `companion serve` made, beneath the environment.

    Raises SettingsError naming every value that cannot be read.
    """
    made = dotenv_values(LOCAL_ENV) if local and LOCAL_ENV.is_file() else {}
    values = {**{k: v for k, v in made.items() if v}, **{k: v for k, v in environ.items() if v}}
    try:
        return Settings.model_validate(_with_files(values))
    except ValidationError as error:
        wrong = "; ".join(f"{e['loc'][0]}: {e['msg']}" for e in error.errors(include_input=False))
        raise SettingsError(f"The settings cannot be read: {wrong}.") from None


def environment() -> Mapping[str, str]:
    """Return the process's environment over what `.env` in the working folder says."""
    written = dotenv_values(".env") if Path(".env").is_file() else {}
    given = {k: v for k, v in os.environ.items() if v}  # noqa: TID251 - the one place
    return {**{k: v for k, v in written.items() if v}, **given}


def problems(settings: Settings) -> list[Problem]:
    """Return everything that keeps the web and the worker from running, none hidden behind another."""
    found = [Problem(*row[:4]) for row in _checks(settings) if row[4]]
    return found + [_bad_key(key_number) for key_number, key in enumerate(settings.keys, 1) if not _good(key)]


def require_complete(settings: Settings) -> None:
    """Raise SettingsError with every problem; for what must not start on half a configuration."""
    found = problems(settings)
    if found:
        lines = "; ".join(f"{p.id} {p.setting} {p.problem} ({p.hint})" for p in found)
        raise SettingsError(f"The settings are not complete: {lines}")


def is_loopback(url: str) -> bool:
    return _parts(url).hostname in _LOOPBACK


def _parts(url: str) -> SplitResult:
    """Return the parts of an address; those of an empty one if it cannot be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read only now, and refused only now
    except ValueError:
        return urlsplit("")
    return parts


def _checks(s: Settings) -> list[tuple[str, str, str, str, bool]]:
    alert_url = s.alert_url.get_secret_value()
    deadly = bool(s.failpoint) and not s.on_local_carrier
    half_a_key = bool(s.api_key) != bool(s.api_secret.get_secret_value())
    deaf = _exposed(alert_url) or bool(alert_url and not _parts(alert_url).hostname)
    made = "`companion serve` makes one for this machine"
    return [
        ("C001", "SECRET_KEY", "is missing", f"set 32 random characters; {made}", not _set(s.secret_key)),
        ("C002", "COMPANION_ENCRYPTION_KEYS", "is missing", f"set a key; {made}", not s.keys),
        (
            "C003",
            "COMPANION_HASH_KEY",
            "is missing",
            f"set 32 random characters; {made}",
            not _set(s.hash_key),
        ),
        (
            "C004",
            "TWILIO_ACCOUNT_SID",
            "is missing",
            "copy it from the provider's console",
            not s.account_sid,
        ),
        ("C005", "TWILIO_AUTH_TOKEN", "is missing", "copy it from the provider's console", not s.auth_tokens),
        ("C006", "PUBLIC_URL", "is missing", "set the https address the provider calls", not s.public_url),
        ("C007", "PUBLIC_URL", "is neither https nor on this machine", "use https", _exposed(s.public_url)),
        ("C008", "TWILIO_API_URL", "is neither https nor on this machine", "use https", _exposed(s.api_url)),
        ("C009", "TWILIO_API_KEY", "goes with TWILIO_API_SECRET", "set both or neither", half_a_key),
        ("C011", "COMPANION_FAILPOINT", "would kill what texts real phones", "unset it", deadly),
        ("C012", "COMPANION_ALERT_URL", "is neither https nor on this machine", "use https", deaf),
    ]


def _set(secret: SecretStr) -> bool:
    return bool(secret.get_secret_value())


def _exposed(url: str) -> bool:
    """Whether a text or a token would cross a network in the clear."""
    scheme = _parts(url).scheme
    return bool(url) and scheme != "https" and not (scheme == "http" and is_loopback(url))


def _good(key: str) -> bool:
    try:
        check_key(key)
    except SettingsError:
        return False
    return True


def _bad_key(number: int) -> Problem:
    hint = "make one with `python -c 'from cryptography.fernet import Fernet as F; print(F.generate_key())'`"
    return Problem("C010", "COMPANION_ENCRYPTION_KEYS", f"key {number} is not base64 of 32 bytes", hint)


def _listed(secret: SecretStr) -> tuple[str, ...]:
    return tuple(part.strip() for part in secret.get_secret_value().split(",") if part.strip())


def _with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """Replace `NAME_FILE` by what the file holds; raises SettingsError if it cannot be read."""
    values = dict(environ)
    for name in _SECRETS:
        file = values.get(f"{name}_FILE")
        if file:
            try:
                values[name] = Path(file).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"{name}_FILE names a file that cannot be read.") from error
    return values


def child_environment(loaded: Settings) -> Mapping[str, str]:
    """Return the environment for a process that is to see exactly these settings."""
    values = {
        field.alias: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, field in Settings.model_fields.items()
        if field.alias and (value := getattr(loaded, name))
    }
    return {**os.environ, **values}  # noqa: TID251 - the one place
