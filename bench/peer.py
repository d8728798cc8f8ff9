"""
The peer: APScheduler with its own job store and one date job a text, through the same client.

`python -m bench.peer DATABASE_URL PROVIDER HOW_MANY` adds the jobs, all due, then starts, ends when all ran,
and prints how many seconds of CPU that took.
"""

import importlib
import sys
import time
from datetime import UTC, datetime
from threading import Semaphore

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from companion.services.dispatch import BATCH
from companion.transports.base import OutboundText
from companion.transports.twilio import TwilioAccount, TwilioTransport
from tests.people import ACCOUNT_SID, AUTH_TOKEN, CLINIC


class Texting:
    """The client, made once and found by the jobs: they are stored, so they can carry no client."""

    transport: TwilioTransport


def send(number: int) -> None:
    body = f"Your blood test is tomorrow at 09:30. Reply VISIT. {number}"
    Texting.transport.send(OutboundText(f"+447700900{number:03}", CLINIC, body, "http://127.0.0.1:9/", None))


def main(url: str, provider: str, how_many: int) -> None:
    Texting.transport = TwilioTransport(TwilioAccount(ACCOUNT_SID, AUTH_TOKEN, api_url=provider))
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(url)},
        executors={"default": ThreadPoolExecutor(BATCH)},
        # Its default drops what is a second late.
        job_defaults={"misfire_grace_time": 3600},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    now = datetime.now(UTC)
    for number in range(how_many):
        scheduler.add_job(send, "date", run_date=now, args=[number], id=str(number))
    done = Semaphore(0)
    scheduler.add_listener(lambda _: done.release(), EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    begun = time.process_time()
    scheduler.resume()
    for _ in range(how_many):
        done.acquire()
    sys.stdout.write(f"{time.process_time() - begun}\n")
    scheduler.shutdown()


if __name__ == "__main__":
    # The jobs find what they need under the module's own name.
    importlib.import_module("bench.peer").main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
