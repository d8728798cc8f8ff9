"""The only place that chooses implementations: the database, Twilio's client, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from companion.catalogue import load_languages
from companion.domain.languages import Languages
from companion.services.setup import Setup
from companion.services.steps import go_on
from companion.settings import Settings
from companion.storage.database import Database, open_database
from companion.storage.keys import FernetRing, Hasher, new_token
from companion.transports.alerts import AlertHook
from companion.transports.base import Transport
from companion.transports.local_carrier import LocalCarrier
from companion.transports.twilio import TwilioAccount, TwilioTransport
from companion.transports.webhooks import SignatureCheck

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Companion:
    setup: Setup
    signatures: SignatureCheck
    clock: Clock
    #: Set when texts go to a carrier on this machine.
    local_carrier: LocalCarrier | None
    #: What signing in goes by, whatever the demo's clock says.
    real_clock: Clock = system_clock
    #: Rings for urgent tasks out of band; None: nobody asked for it.
    bell: AlertHook | None = None

    def close(self) -> None:
        self.setup.database.close()


def build(
    settings: Settings,
    *,
    transport: Transport | None = None,
    clock: Clock | None = None,
    languages: Languages | None = None,
) -> Companion:
    """Put the parts together; nothing is connected to yet. `languages`: the templates', if read before."""
    local = LocalCarrier(settings.api_url) if settings.on_local_carrier else None
    failpoint = settings.dies_at
    setup = Setup(
        database=build_database(settings),
        languages=languages or load_languages(settings.templates),
        templates=settings.templates,
        hasher=Hasher(settings.hash_key.get_secret_value()),
        transport=transport or TwilioTransport(_account(settings), settings.http_timeout),
        new_token=new_token,
        public_url=settings.public_url.rstrip("/"),
        replies_as_twiml=settings.replies == "twiml",
        reaches_phones=not settings.on_local_carrier,
        zone=settings.timezone,
        reached=failpoint.reached if failpoint else go_on,
    )
    # Words that are wrong are found out now, and not when somebody has died.
    _ = setup.task_words
    signatures = SignatureCheck(settings.public_url, settings.account_sid, settings.auth_tokens)
    alert_url = settings.alert_url.get_secret_value()
    bell = AlertHook(alert_url) if alert_url else None
    return Companion(setup, signatures, clock or (local.now if local else system_clock), local, bell=bell)


def build_database(settings: Settings) -> Database:
    return open_database(settings.database_url.get_secret_value(), FernetRing(settings.keys))


def _account(settings: Settings) -> TwilioAccount:
    key = (settings.api_key, settings.api_secret.get_secret_value()) if settings.api_key else None
    return TwilioAccount(
        sid=settings.account_sid,
        auth_token=next(iter(settings.auth_tokens), ""),
        api_key=key,
        messaging_service_sid=settings.messaging_service_sid or None,
        api_url=settings.api_url or None,
    )
