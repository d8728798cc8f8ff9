"""The whole carrier put together: one network with its clock, ledger, deliveries, faults and threads."""

import random
from threading import Event, Lock

from companion.carrier.clock import CarrierClock
from companion.carrier.config import CarrierConfig
from companion.carrier.delivery import Delivery
from companion.carrier.directory import Directory
from companion.carrier.faults import FaultTable
from companion.carrier.inbound import Inbound, WebhookTarget
from companion.carrier.jump import Jumper
from companion.carrier.ledger import Ledger
from companion.carrier.outbound import Outbound
from companion.carrier.schedule import Schedule
from companion.carrier.state_file import StateFile, gather_state, restore_state
from companion.carrier.sweep import SweepBoard
from companion.carrier.webhooks import Webhooks
from companion.carrier.wording import load_wording

#: Delivery steps are written down together, this long after the first of them.
_SAVE_SECONDS = 0.25


class Network:
    """Built from a config; takes up the state file if there is one. `close` ends every thread it started."""

    def __init__(self, config: CarrierConfig) -> None:
        self.config = config
        self.closing = Event()
        self._save_planned = Lock()
        self._file = StateFile(config.state_file)
        self._schedule = Schedule()
        self.clock = CarrierClock()
        self.directory = Directory()
        self.board = SweepBoard()
        self.ledger = Ledger(self.touch)
        self.faults = FaultTable(random.Random(0))  # noqa: S311 - dice for trials, repeatable on purpose
        self.jumper = Jumper(self.clock, self.board, config.sweep_patience_seconds)
        self._connect(Webhooks(config.auth_tokens[0]))
        self._take_up()

    def touch(self) -> None:
        """Note a change and see to it that it is written down soon."""
        self._file.touch()
        if self._file.stale and self._save_planned.acquire(blocking=False):
            self._schedule.after(_SAVE_SECONDS, self._planned_save)

    def save(self) -> None:
        """Return when everything is on disk; nothing is written when nothing changed."""
        self._file.save(lambda: gather_state(self.clock, self.ledger, self.directory, self.board))

    def close(self) -> None:
        """Idempotent. No webhook or callback is made after this returns."""
        self.closing.set()
        self.jumper.close()
        self._schedule.close()
        self.save()

    def _connect(self, webhooks: Webhooks) -> None:
        config = self.config
        self.clock.watch(lambda _now: self.touch())
        delivery = Delivery(config, self.clock, self.ledger, self.directory, self._schedule, webhooks)
        self.outbound = Outbound(self.clock, self.ledger, self.directory, self.faults, delivery)
        self.inbound = Inbound(
            WebhookTarget(config.account_sid, config.inbound_url),
            self.clock,
            self.ledger,
            webhooks,
            self.outbound,
            delivery,
            load_wording(config.templates),
        )
        self._delivery = delivery

    def _take_up(self) -> None:
        state = self._file.load()
        if state is not None:
            restore_state(state, self.clock, self.ledger, self.directory, self.board)
            self._delivery.resume()

    def _planned_save(self) -> None:
        self._save_planned.release()
        self.save()
