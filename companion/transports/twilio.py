"""Speaks to Twilio through its own client, at api.twilio.com or at another base address."""

import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from companion.domain.delivery import Accepted, AnswerLost, NotTaken, Outcome, judge_refusal
from companion.domain.reconciliation import Seen
from companion.transports import twilio_record
from companion.transports.base import Gone, OutboundText, Page, Unavailable

#: A provider call longer than this is an answer lost. Well inside the lease of `domain.delivery`.
TIMEOUT_SECONDS = 10
#: Twilio, Messages resource, ValidityPeriod: 1 to 36000 seconds.
_LONGEST_VALIDITY = 36_000
_CONNECTIONS = 32


@dataclass(frozen=True)
class TwilioAccount:
    sid: str
    auth_token: str = field(repr=False)
    #: API key and secret; used for sending instead of the auth token when given.
    api_key: tuple[str, str] | None = field(default=None, repr=False)
    messaging_service_sid: str | None = None
    #: Another base address; None means Twilio itself.
    api_url: str | None = None


class TwilioTransport:
    def __init__(self, account: TwilioAccount, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        user, secret = account.api_key or (account.sid, account.auth_token)
        self._service = account.messaging_service_sid
        http = _HttpClient(account.api_url, timeout_seconds)
        self._client = Client(user, secret, account.sid, http_client=http)

    def send(self, text: OutboundText) -> Outcome:
        try:
            message = self._client.messages.create(**self._arguments(text))
        except (TwilioRestException, TwilioServiceException) as error:
            return judge_refusal(error.status, error.code, f"HTTP {error.status}, code {error.code}")
        except requests.RequestException as error:
            return _judge_exception(error)
        except (TwilioException, ValueError, TypeError, KeyError, AttributeError) as error:
            # A success we cannot read: the text may well be on its way.
            return AnswerLost(type(error).__name__)
        return Accepted(message.sid, message.status) if message.sid else AnswerLost("no message id")

    def list_texts(self, to: str, page: str | None = None) -> Page | Unavailable:
        return twilio_record.list_texts(self._client, to, page)

    def fetch_text(self, sid: str) -> Seen | Gone | Unavailable:
        return twilio_record.fetch_text(self._client, sid)

    def _arguments(self, text: OutboundText) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "to": text.to,
            "from_": text.sender,
            "body": text.body,
            "status_callback": text.callback_url,
        }
        if self._service:
            arguments["messaging_service_sid"] = self._service
        if text.valid_for_seconds is not None:
            arguments["validity_period"] = min(max(text.valid_for_seconds, 1), _LONGEST_VALIDITY)
        return arguments


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's HTTP client with a finite timeout, enough connections, and our base address."""

    def __init__(self, base_url: str | None, timeout_seconds: float) -> None:
        # The library's own default is to wait for ever, and retries on POST would double texts.
        super().__init__(timeout=timeout_seconds)
        self._base = urlsplit(base_url) if base_url else None
        self.session = requests.Session()
        self.session.mount("https://", HTTPAdapter(pool_maxsize=_CONNECTIONS))
        self.session.mount("http://", HTTPAdapter(pool_maxsize=_CONNECTIONS))
        # A proxy of the environment must not see what goes to this machine.
        self.session.trust_env = self._base is None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if self._base:
            parts = urlsplit(url)
            url = urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))
        return super().request(method, url, *args, **kwargs)


def _judge_exception(error: requests.RequestException) -> Outcome:
    """Nothing was taken if no connection was made; anything later may have been."""
    name = type(error).__name__
    if isinstance(error, requests.exceptions.ConnectTimeout) or _never_connected(error):
        return NotTaken(name)
    return AnswerLost(name)


def _never_connected(error: requests.RequestException) -> bool:
    """Refused, unknown host, or a certificate that was not trusted: no byte of the text left."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return True
    if not isinstance(reason, urllib3.exceptions.SSLError) or not reason.args:
        return False
    return isinstance(reason.args[0], ssl.SSLCertVerificationError)
