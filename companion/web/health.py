"""Whether the process lives, and whether texts can come and go."""

from flask import Blueprint, Response, jsonify

from companion.bootstrap import Companion
from companion.domain.clock_time import write_instant
from companion.services import overview
from companion.services.figures import age
from companion.services.overview import Readiness, Worker


def blueprint(companion: Companion) -> Blueprint:
    """
    Serve /healthz, for a load balancer, and /readyz, for a monitor that calls somebody.

    A web process answers STOP and signs of danger by itself, without any worker. A load balancer that asked
    /readyz would take every web process out at once because a worker stopped, and nobody would be heard any
    more: it asks /healthz, which fails only when this process does not answer. /readyz says 503 when no
    worker sweeps, or the database is away or of another version: texts do not flow. While some worker sweeps
    it says 200, and a monitor looks at `late` and at each worker's `silent`: of three, one that stopped.
    """
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def alive() -> Response:
        return jsonify(alive=True)

    @pages.get("/readyz")
    def ready() -> tuple[Response, int]:
        now = companion.clock()
        found = overview.readiness(companion.setup, now)
        seconds = int(age(found.oldest_due, now)) if found.oldest_due else None
        return jsonify(**_told(found), oldest_due_seconds=seconds), 200 if found.ready else 503

    return pages


def _told(found: Readiness) -> dict[str, object]:
    tick, due = found.worker_last_tick, found.oldest_due
    return {
        "ready": found.ready,
        "database": found.database,
        "migrations": found.migrations,
        "worker_last_tick": write_instant(tick) if tick else None,
        "workers": [_worker(worker) for worker in found.workers],
        "oldest_due": write_instant(due) if due else None,
        "late": found.late,
    }


def _worker(worker: Worker) -> dict[str, object]:
    return {"name": worker.name, "last_tick": write_instant(worker.last_tick), "silent": worker.silent}
