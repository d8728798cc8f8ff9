"""
/metrics: the figures of `services.figures` in Prometheus' text format.

Nothing is counted in this process: each scrape reads the database, so that it does not matter how many
processes there are, which one is asked, or when one was started. Labels are names of states, kinds and
urgencies, and ids of clinics and worker processes; never anything of a person.
"""

import hmac
from collections.abc import Iterable, Sequence
from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Request, Response, request
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from companion.bootstrap import Companion
from companion.errors import StorageError
from companion.services.figures import Figures, figures

#: What a proxy adds to a request of somebody else's: then the machine it comes from says nothing.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def blueprint(companion: Companion, token: str) -> Blueprint:
    """Serve whoever shows `token`; if it is empty, whoever asks from this machine itself."""
    pages = Blueprint("metrics", __name__)

    @pages.get("/metrics")
    def metrics() -> Response:
        if not _may_read(request, token):
            return Response("Not for you.\n", 403, mimetype="text/plain")
        try:
            found = figures(companion.setup, companion.clock())
        except StorageError:
            # A scrape that fails is what every Prometheus tells of by itself.
            return Response("The database did not answer.\n", 503, mimetype="text/plain")
        return Response(generate_latest(_Reading(found)), content_type=CONTENT_TYPE_LATEST)

    return pages


class _Reading:
    """One scrape, as the exposition format wants it."""

    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        found = self._found
        yield _by(
            "companion_worker_last_tick_age_seconds",
            "Since each running worker last swept. One that ended in good order is not there any more.",
            ("worker",),
            (((worker,), age) for worker, age in found.tick_ages.items()),
        )
        yield GaugeMetricFamily(
            "companion_oldest_due_age_seconds",
            "How long the oldest due text has waited; 0 if none is due.",
            found.oldest_due_age,
        )
        yield _by(
            "companion_outbox_messages",
            "Texts under way. unknown: may have been taken, and the provider is asked; without those that "
            "are a nurse's task. accepted, sent: the last report is awaited, for a week at most.",
            ("state", "kind"),
            found.outbox.items(),
        )
        yield GaugeMetricFamily(
            "companion_outbox_unknown_oldest_age_seconds",
            "Since the longest unknown of those texts was handed over; 0 if there is none.",
            found.oldest_unknown_age,
        )
        yield _by(
            "companion_tasks_open",
            "Tasks for staff that are not done.",
            ("urgency",),
            (((urgency,), many) for urgency, many in found.tasks.items()),
        )
        yield _by(
            "companion_clinic_halted",
            "1: the provider refuses the clinic's number or the account, and only safety texts are tried.",
            ("clinic",),
            (((str(clinic),), halted) for clinic, halted in found.halted.items()),
        )
        yield GaugeMetricFamily(
            "companion_inbound_messages", "Texts from people that are stored.", found.inbound
        )


def _by(
    name: str, documentation: str, labels: tuple[str, ...], values: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, documentation, labels=labels)
    for label_values, value in values:
        family.add_metric(label_values, value)
    return family


def _may_read(asked: Request, token: str) -> bool:
    if token:
        shown = asked.headers.get("Authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    return _is_this_machine(asked.remote_addr) and not any(name in asked.headers for name in _FORWARDED)


def _is_this_machine(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (inner or found).is_loopback
