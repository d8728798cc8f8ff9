"""
Who may talk to the carrier: this machine only, and no web page but its own.

The carrier binds to loopback, but a browser on this machine also runs pages from elsewhere. A foreign page
could post to a loopback address (so the origin is checked) or point a name of its own at it (so the Host
header is checked).
"""

import ipaddress
from urllib.parse import urlsplit

from flask import Response, abort, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_strangers() -> None:
    """Answer 403 to a request by another name, or one that changes something and comes from another site."""
    if not is_loopback(_host_name(f"//{request.host}")):
        abort(403, "The local carrier only answers to a loopback address.")
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin != f"{request.scheme}://{request.host}"
    if foreign and request.method not in {"GET", "HEAD"}:
        abort(403, "The local carrier takes nothing from other sites.")


def add_security_headers(response: Response) -> Response:
    """
    Nothing of the page comes from elsewhere, is framed, is kept, or names a number to another site.

    The referrer policy must let our own pages name themselves: under `no-referrer` a browser sends the
    Origin of our own forms as `null`, and they would be refused.
    """
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _host_name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
