"""
Which accounts a browser has signed in to before, as a signed cookie of its own.

Guesses are counted per account and place; for such a browser the place is the browser itself, so that its
owner is not slowed by what others try from the same address. It opens nothing.
"""

from flask import Response, after_this_request, request
from itsdangerous import BadSignature

from companion.storage.keys import new_token
from companion.web.staff.room import here

_YEAR = 365 * 24 * 3600
#: A ward's computer serves several people.
_MOST_ACCOUNTS = 12


def place_of(email: str) -> str:
    """Return where a try for this account comes from."""
    own = _known().get(_account(email))
    return f"browser {own}" if own else f"address {request.remote_addr}"


def remember(email: str) -> None:
    """Have the browser known for this account from now on."""
    account, known = _account(email), _known()
    own = known.pop(account, "") or new_token()
    known[account] = own  # at the end: the account used last is kept longest
    kept = dict(list(known.items())[-_MOST_ACCOUNTS:])

    @after_this_request
    def keep(response: Response) -> Response:
        room = here()
        response.set_cookie(
            _cookie(),
            room.signer.dumps(kept),
            max_age=_YEAR,
            secure=room.https,
            httponly=True,
            samesite="Lax",
        )
        return response


def _known() -> dict[str, str]:
    try:
        found = here().signer.loads(request.cookies.get(_cookie(), ""))
    except BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _account(email: str) -> str:
    return here().setup.hasher.email(email)[:16]


def _cookie() -> str:
    return ("__Host-" if here().https else "") + "companion-known"
