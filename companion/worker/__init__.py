"""The worker process: APScheduler ticks, a sweep does what is due, the provider is asked what is not known;
once a day the texts are looked at, once an hour what is of no use any more is forgotten. Beside
it, urgent tasks ring out of band."""

from companion.worker.daily import DailyLook
from companion.worker.ringing import Ringer
from companion.worker.ticking import run, tick

__all__ = ["DailyLook", "Ringer", "run", "tick"]
