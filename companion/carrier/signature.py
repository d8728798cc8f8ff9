"""
Twilio's request signature, the signing side.

Base64 of HMAC-SHA1, keyed with the auth token, over the full URL followed by every form field, sorted by
name, as name and value without separators (twilio.com/docs/usage/security#validating-requests).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(url: str, fields: Mapping[str, str], token: str) -> str:
    """Return the value of `X-Twilio-Signature` for a form POST of `fields` to `url`."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode("ascii")
