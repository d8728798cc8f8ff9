"""Twilio's Message resource, as JSON (twilio-oai, api.v2010.account.message)."""

from companion.carrier.instants import to_rfc2822
from companion.carrier.message import Message
from companion.domain.sms import count_segments

API_VERSION = "2010-04-01"

_ERROR_SENTENCES = {
    21211: "Invalid 'To' phone number",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21617: "Message body exceeds the 1600 character limit",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Carrier violation",
    30008: "Unknown error",
}


def account_uri(account_sid: str) -> str:
    return f"/{API_VERSION}/Accounts/{account_sid}"


def message_json(message: Message, account_sid: str) -> dict[str, object]:
    """Return the resource; a redacted body is the empty string, dates are RFC 2822, counts are text."""
    path = f"{account_uri(account_sid)}/Messages/{message.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": "" if message.redacted else message.body,
        "date_created": to_rfc2822(message.created_at),
        "date_sent": to_rfc2822(message.sent_at),
        "date_updated": to_rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": _sentence(message.error_code),
        "from": message.sender,
        "messaging_service_sid": message.service_sid,
        "num_media": "1" if message.media_url else "0",
        "num_segments": _segments(message),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": message.to,
        "uri": f"{path}.json",
    }


def _segments(message: Message) -> str:
    """Return Twilio's count: 0 while a messaging service has not chosen the sender."""
    return "0" if message.status in {"accepted", "scheduled"} else str(count_segments(message.body))


def _sentence(code: int | None) -> str | None:
    return None if code is None else _ERROR_SENTENCES.get(code, f"Error {code}")
