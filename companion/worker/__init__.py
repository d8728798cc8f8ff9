"""The worker process: APScheduler ticks, a sweep does what is due, the provider is asked what is not known;
once a day the texts are looked at, once an hour what is of no use any more is forgotten."""

from companion.worker.daily import DailyLook
from companion.worker.ticking import run, tick

__all__ = ["DailyLook", "run", "tick"]
