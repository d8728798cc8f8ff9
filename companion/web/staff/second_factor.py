"""
The second factor: codes of an authenticator app (RFC 6238), each taken once, and recovery codes.

While it is set up the secret travels in the signed cookie, encrypted with keys derived from
COMPANION_ENCRYPTION_KEYS; stored, it is an encrypted column. SECRET_KEY has no part in either, so that
changing it locks nobody out.
"""

from typing import Any

from flask_security import MfRecoveryCodesUtil, Totp
from passlib.exc import TokenError, UsedTokenError
from passlib.totp import TOTP, AppWallet, TotpMatch

from companion.services import staff_accounts
from companion.storage.keys import derived
from companion.web.staff.room import here, real_now

_PURPOSE = "staff second factor"


def wallet_keys(encryption_keys: tuple[str, ...]) -> dict[str, str]:
    """Return keys by a name that stays with the key, the newest first."""
    own = [derived(key, _PURPOSE) for key in encryption_keys]
    return {derived(key, "name")[:12].replace("-", "x").replace("_", "y"): key for key in own}


class OneTimeCodes(Totp):
    """Codes of 30 seconds; the one before and after too, for clocks that are a little off."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        wallet = AppWallet(secrets, default_tag=next(iter(secrets)))
        self._totp = TOTP.using(issuer=issuer, wallet=wallet)

    def stored(self, totp_secret: str) -> str:
        """Return the secret as it is stored, in a column that is encrypted by itself."""
        return str(self._totp.from_source(totp_secret).to_json(encrypt=False))

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        try:
            return bool(super().verify_totp(token, totp_secret, user, window))
        except TokenError:
            return False

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.totp_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        """Use up the code; of two requests with the same one, one gets in."""
        if not staff_accounts.take_code(here().setup, user.id, tmatch.counter):
            raise UsedTokenError


class RecoveryCodes(MfRecoveryCodesUtil):
    """Checking a code uses it up, so that two requests at once cannot both get in."""

    def check_recovery_code(self, user: Any, code: str) -> bool:
        return staff_accounts.take_recovery_code(here().setup, user.id, _as_given_out(code), real_now())

    def delete_recovery_code(self, user: Any, code: str) -> bool:  # noqa: ARG002 - it is used up already
        return True


def _as_given_out(code: str) -> str:
    """Return what was typed in the form codes are given out in: `ab12-cd34-ef56`."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    return "-".join(plain[i : i + 4] for i in range(0, len(plain), 4))
