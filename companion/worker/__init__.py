"""The worker process: APScheduler ticks, a sweep does what is due."""

from companion.worker.ticking import run, tick

__all__ = ["run", "tick"]
