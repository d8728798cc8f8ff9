"""The first sign-in that `companion serve` makes and keeps under var/, to be shown at each start."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from companion.bootstrap import Companion
from companion.services import demo_staff
from companion.services.demo_staff import FirstSignIn

FILE = Path("var/first-sign-in.json")
_SHOWN_CODES = 3


def first_sign_in(companion: Companion) -> FirstSignIn | None:
    """Return how to sign in first, made now if nobody can yet; None where others were added by hand."""
    made = demo_staff.make(companion.setup, companion.real_clock())
    if made:
        _keep(made)
        return made
    if not FILE.is_file():
        return None
    kept = json.loads(FILE.read_text("utf-8"))
    return FirstSignIn(**{**kept, "recovery_codes": tuple(kept["recovery_codes"])})


def greeting(first: FirstSignIn | None) -> str:
    """Return the lines of the greeting about signing in."""
    if first is None:
        return "               sign in with what `companion staff add` gave you"
    codes = "  ".join(first.recovery_codes[:_SHOWN_CODES])
    grouped = " ".join(first.secret[i : i + 4] for i in range(0, len(first.secret), 4))
    return f"""\
    e-mail     {first.email}
    password   {first.password}
    then       add this to an authenticator app and type its code:
               {grouped}
               or choose "Use a recovery code instead"; each works once:
               {codes}"""


def _keep(made: FirstSignIn) -> None:
    FILE.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Created readable by the owner only, not changed to it afterwards.
    with os.fdopen(os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(made), file, indent=2)
