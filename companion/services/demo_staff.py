"""The demo's first person on the staff, ready to sign in: a newcomer sees the pages within a minute."""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher

from companion.records import Role
from companion.services import staff_accounts
from companion.services.setup import Setup
from companion.services.staff_accounts import NewStaff
from companion.storage import people, staff

_EMAIL = "nurse@demo.example"
_NAME = "Demo nurse"
_SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstvz" for vowel in "aeiou"]
_SECRET_BYTES = 20
_CODES = 10


@dataclass(frozen=True)
class FirstSignIn:
    email: str
    password: str
    #: What an authenticator app is given, base32.
    secret: str
    recovery_codes: tuple[str, ...]


def make(setup: Setup, now: datetime) -> FirstSignIn | None:
    """Make somebody who looks after the demo's clinic, unless there is anybody on the staff already."""
    with setup.database.reading() as session:
        clinics = people.clinics(session)
        if staff.has_users(session) or not clinics:
            return None
    made = FirstSignIn(_EMAIL, _password(), _secret(), tuple(_code() for _ in range(_CODES)))
    new = NewStaff(made.email, Role.CLINIC_ADMIN, clinics[0].id, _NAME)
    invited = staff_accounts.add(setup, new, now)
    staff_accounts.choose_password(setup, invited.token or "", PasswordHasher().hash(made.password), now)
    factors = {
        "tf_primary_method": "authenticator",
        "tf_totp_secret": json.dumps({"key": made.secret, "type": "totp", "v": 1}),
        "mf_recovery_codes": json.dumps(made.recovery_codes),
    }
    staff_accounts.change(setup, invited.staff_id, factors, now)
    return made


def _password() -> str:
    """Return five made-up words: 63 random bits that can be typed from a terminal."""
    return "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(2)) for _ in range(5))


def _secret() -> str:
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def _code() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(3))
