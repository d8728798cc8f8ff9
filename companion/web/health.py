"""Whether the process lives, and whether texts can come and go."""

from flask import Blueprint, Response, jsonify

from companion.bootstrap import Companion
from companion.domain.clock_time import write_instant
from companion.services import overview


def blueprint(companion: Companion) -> Blueprint:
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def alive() -> Response:
        return jsonify(alive=True)

    @pages.get("/readyz")
    def ready() -> tuple[Response, int]:
        now = companion.clock()
        found = overview.readiness(companion.setup, now)
        tick, due = found.worker_last_tick, found.oldest_due
        answer = jsonify(
            ready=found.ready,
            database=found.database,
            migrations=found.migrations,
            worker_last_tick=write_instant(tick) if tick else None,
            oldest_due=write_instant(due) if due else None,
        )
        return answer, 200 if found.ready else 503

    return pages
