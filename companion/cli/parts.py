"""`companion web`, `worker` and `carrier`: one process each."""

from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import click

from companion import settings
from companion.bootstrap import Companion, build
from companion.carrier.config import CarrierConfig
from companion.carrier.server import run as run_carrier
from companion.cli.wsgi import serve_wsgi
from companion.errors import SettingsError
from companion.settings import Settings
from companion.storage import migration
from companion.web import create_site
from companion.worker import DailyLook, Ringer, tick
from companion.worker import run as run_worker


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def web(host: str) -> None:
    """Run the web process: the provider's webhooks, the health addresses and the figures."""
    loaded = _complete()
    companion = _ready(loaded)
    companion.close()
    # Read before the workers are forked, so that they share it.
    languages = companion.setup.languages
    languages.english.grammar.ready()
    token = loaded.metrics_token.get_secret_value()
    serve_wsgi(
        lambda: create_site(build(loaded, languages=languages), loaded.staff, token),
        host=host,
        port=loaded.port,
    )


@click.command()
@click.option("--once", is_flag=True, help="Sweep once and end.")
def worker(once: bool) -> None:
    """Run the worker: send what is due, until told to end."""
    companion = _ready(_complete())
    if once:
        done = tick(companion, look=DailyLook(companion.setup).look)
        if companion.bell:
            Ringer(companion, companion.bell, Event()).ring()
        click.echo(f"{done.sent} sent, {done.lapsed} settled")
    else:
        run_worker(companion)
    companion.close()


@click.command()
def carrier() -> None:
    """Run the local mobile network with its phone page, at TWILIO_API_URL on this machine."""
    loaded = settings.load(settings.environment(), local=True)
    settings.require_complete(loaded)
    address = urlsplit(loaded.api_url)
    if not loaded.on_local_carrier or address.hostname is None or address.port is None:
        raise SettingsError(
            "The local carrier listens where TWILIO_API_URL points; "
            "set it to http://127.0.0.1:8010, for example."
        )
    run_carrier(_config(loaded), address.hostname, address.port)


def _config(loaded: Settings) -> CarrierConfig:
    key = (loaded.api_key, loaded.api_secret.get_secret_value()) if loaded.api_key else None
    return CarrierConfig(
        account_sid=loaded.account_sid,
        auth_tokens=loaded.auth_tokens,
        inbound_url=f"{loaded.public_url.rstrip('/')}/sms/inbound",
        templates=loaded.templates,
        api_key=key,
        state_file=Path("var/carrier.json"),
    )


def _complete() -> Settings:
    """The web and the worker take nothing that was made for a demo, and start on nothing less than all."""
    loaded = settings.load(settings.environment())
    settings.require_complete(loaded)
    return loaded


def _ready(loaded: Settings) -> Companion:
    """Put the parts together; raises before anything is served if the words or the schema are not right."""
    companion = build(loaded)
    if not migration.is_current(companion.setup.database):
        raise SettingsError("The database is not at the present schema; run `companion db upgrade`.")
    return companion
