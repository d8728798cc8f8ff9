"""The safe local values that `companion serve` makes once for this machine and keeps under var/."""

import os
import secrets

from companion import settings
from companion.errors import SettingsError
from companion.settings import LOCAL_ENV, Settings, is_loopback
from companion.storage.keys import new_key

#: The carrier listens this far above the web's port.
_CARRIER_ABOVE = 10


def complete() -> Settings:
    """
    Return settings with everything missing made up for this machine, and keep what was made.

    Raises SettingsError if TWILIO_API_URL points anywhere but here: this command never texts a phone.
    """
    found = settings.load(settings.environment(), local=True)
    if not found.on_local_carrier and found.api_url:
        raise SettingsError(
            "TWILIO_API_URL points elsewhere, and `companion serve` texts no real phone. "
            "Unset it, or run `companion web` and `companion worker`."
        )
    chosen = settings.load(settings.environment())
    public = chosen.public_url or f"http://127.0.0.1:{chosen.port}"
    if not is_loopback(public):
        raise SettingsError("PUBLIC_URL points elsewhere; unset it for `companion serve`.")
    made = {
        "SECRET_KEY": found.secret_key.get_secret_value() or secrets.token_urlsafe(32),
        "COMPANION_ENCRYPTION_KEYS": ",".join(found.keys) or new_key(),
        "COMPANION_HASH_KEY": found.hash_key.get_secret_value() or secrets.token_urlsafe(32),
        "TWILIO_ACCOUNT_SID": found.account_sid or "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": ",".join(found.auth_tokens) or secrets.token_hex(16),
        "PUBLIC_URL": public,
        "TWILIO_API_URL": chosen.api_url or f"http://127.0.0.1:{chosen.port + _CARRIER_ABOVE}",
    }
    _keep(made)
    return settings.load({**settings.environment(), **made})


def _keep(made: dict[str, str]) -> None:
    LOCAL_ENV.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = "# Made by `companion serve` for this machine only.\n"
    text += "".join(f"{name}={value}\n" for name, value in made.items())
    # Created readable by the owner only, not changed to it afterwards.
    with os.fdopen(os.open(LOCAL_ENV, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
