"""The ground truth as JSON, for the local control. Instants are carrier time in UTC."""

from companion.carrier.inbound import Receipt
from companion.carrier.instants import to_iso
from companion.carrier.message import Alert, Message
from companion.carrier.network import Network

Json = dict[str, object]


def clock_json(network: Network) -> Json:
    """Return the clock; `problem` is there only when the last jump stopped short."""
    clock: Json = {
        "now": to_iso(network.clock.now()),
        "offset_seconds": network.clock.offset_seconds,
        "jumping": network.jumper.jumping,
    }
    return clock if network.jumper.problem is None else clock | {"problem": network.jumper.problem}


def ledger_json(network: Network, phone: str | None) -> Json:
    """Return every text and alert, oldest first; with `phone`, only those to or from that number."""
    messages = [
        message for message in network.ledger.messages() if phone in {None, message.to, message.sender}
    ]
    alerts = [alert for alert in network.ledger.alerts() if phone in {None, alert.phone}]
    return {
        "messages": [message_truth(each) for each in messages],
        "alerts": [alert_json(each) for each in alerts],
    }


def message_truth(message: Message) -> Json:
    """Return one text as the network knows it: `body` is what the phone got, whatever was redacted since."""
    return {
        "sid": message.sid,
        "direction": message.direction,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "media_url": message.media_url,
        "status": message.status,
        "error_code": message.error_code,
        "created_at": to_iso(message.created_at),
        "history": [[status, to_iso(at)] for status, at in message.history],
        "callbacks": {"attempted": message.attempted, "succeeded": message.succeeded},
        "redacted": message.redacted,
        "deleted": message.deleted,
    }


def alert_json(alert: Alert) -> Json:
    return {
        "sid": alert.sid,
        "phone": alert.phone,
        "code": alert.code,
        "reason": alert.reason,
        "http_status": alert.http_status,
        "at": to_iso(alert.at),
    }


def receipt_json(receipt: Receipt) -> Json:
    """Return what came of a person's text."""
    return {
        "sid": receipt.sid,
        "webhook_status": receipt.webhook_status,
        "replies": [{"sid": sid, "body": body} for sid, body in receipt.replies],
        "alert": None if receipt.alert is None else alert_json(receipt.alert),
    }
