"""
What Twilio sends us: whether it is really from them, and how they want to be answered.

Sources: Twilio, "Validating signatures from Twilio" and "TwiML for Programmable Messaging" (read 2026-11).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse
from werkzeug.datastructures import MultiDict


@dataclass(frozen=True)
class SignatureCheck:
    """Checks `X-Twilio-Signature` over the configured public address, never over the Host header."""

    public_url: str
    account_sid: str
    #: Several while a token is being rotated.
    auth_tokens: tuple[str, ...] = field(repr=False)

    def accepts(self, path_and_query: str, form: "MultiDict[str, str]", signature: str) -> bool:
        """Say whether the request was signed with one of our tokens, for our account."""
        if not signature or form.get("AccountSid", self.account_sid) != self.account_sid:
            return False
        url = self.public_url.rstrip("/") + path_and_query
        return any(RequestValidator(token).validate(url, form, signature) for token in self.auth_tokens)


def no_reply() -> str:
    return str(MessagingResponse())


def one_reply(body: str, status_url: str) -> str:
    """Return TwiML that sends `body`; both addresses report, so that a lost answer is still matched."""
    response = MessagingResponse()
    response.message(body, action=status_url, method="POST", status_callback=status_url)
    return str(response)


def error_code(form: Mapping[str, str]) -> int | None:
    code = form.get("ErrorCode", "")
    return int(code) if code.isdecimal() else None
