"""The provider's two webhooks: a text came in; a text of ours was delivered, or was not."""

from flask import Blueprint, Response, abort, request

from companion.bootstrap import Companion
from companion.domain.phone import one_form
from companion.services import inbound, receipts
from companion.services.inbound import IncomingText
from companion.services.receipts import Report
from companion.transports import webhooks

_TEXT_XML = "text/xml; charset=utf-8"


def blueprint(companion: Companion) -> Blueprint:
    pages = Blueprint("sms", __name__, url_prefix="/sms")

    @pages.before_request
    def check_signature() -> None:
        """Nothing is read, let alone stored, before the signature is seen to be right."""
        query = request.query_string.decode("latin-1")
        path = request.path + (f"?{query}" if query else "")
        signature = request.headers.get("X-Twilio-Signature", "")
        if not companion.signatures.accepts(path, request.form, signature):
            abort(403)

    @pages.post("/inbound")
    def receive() -> Response:
        reply = inbound.receive(companion.setup, _incoming(), companion.clock())
        twiml = webhooks.one_reply(reply.body, reply.status_url) if reply else webhooks.no_reply()
        return Response(twiml, content_type=_TEXT_XML)

    @pages.post("/status")
    def status() -> Response:
        report = Report(
            token=_stored(request.args.get("token", "")),
            sid=_stored(request.form.get("MessageSid", "")),
            status=_stored(request.form.get("MessageStatus", "")),
            error_code=webhooks.error_code(request.form),
        )
        receipts.take_report(companion.setup, report, companion.clock())
        return Response(webhooks.no_reply(), content_type=_TEXT_XML)

    return pages


def _incoming() -> IncomingText:
    form = request.form
    sid, sender = _stored(form.get("MessageSid", "")), form.get("From", "")
    if not sid or len(sid) > 64 or not sender:
        abort(400)
    media = form.get("NumMedia", "0")
    return IncomingText(
        sid=sid,
        sender=one_form(sender),
        to=one_form(_stored(form.get("To", ""))),
        body=form.get("Body", ""),
        media_count=int(media) if media.isdecimal() and len(media) < 4 else 0,
    )


def _stored(value: str) -> str:
    """PostgreSQL keeps no NUL in plain text, and no id, token or number of ours holds one."""
    return value.replace("\x00", "")
