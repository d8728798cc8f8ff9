"""The ground truth: every text, every alert, and who has stopped texts from which number of ours."""

from collections.abc import Callable, Iterable
from threading import RLock

from companion.carrier.message import Alert, Message
from companion.errors import NotFound

Block = tuple[str, str]


class Ledger:
    """Thread-safe. Texts are kept in the order they came into being. `touched` is called after a change."""

    def __init__(self, touched: Callable[[], None]) -> None:
        self._lock = RLock()
        self._touched = touched
        self._messages: dict[str, Message] = {}
        self._alerts: list[Alert] = []
        self._blocks: set[Block] = set()

    def add(self, message: Message) -> Message:
        with self._lock:
            self._messages[message.sid] = message
        self._touched()
        return message

    def find(self, sid: str) -> Message | None:
        with self._lock:
            return self._messages.get(sid)

    def get(self, sid: str) -> Message:
        """Return the text. Raises NotFound."""
        message = self.find(sid)
        if message is None:
            raise NotFound.of("text", sid)
        return message

    def change(self, sid: str, alter: Callable[[Message], Message]) -> Message:
        """Replace one text by `alter(text)` under the lock and return the new one."""
        with self._lock:
            changed = self._messages[sid] = alter(self.get(sid))
        self._touched()
        return changed

    def messages(self) -> tuple[Message, ...]:
        """Return every text, oldest first."""
        with self._lock:
            return tuple(self._messages.values())

    def raise_alert(self, alert: Alert) -> None:
        with self._lock:
            self._alerts.append(alert)
        self._touched()

    def alerts(self) -> tuple[Alert, ...]:
        with self._lock:
            return tuple(self._alerts)

    def block(self, ours: str, phone: str) -> bool:
        """Stop texts from `ours` to `phone`; say whether that changed anything."""
        with self._lock:
            fresh = (ours, phone) not in self._blocks
            self._blocks.add((ours, phone))
        self._touched()
        return fresh

    def unblock(self, ours: str, phone: str) -> bool:
        """Allow texts from `ours` to `phone` again; say whether that changed anything."""
        with self._lock:
            changed = (ours, phone) in self._blocks
            self._blocks.discard((ours, phone))
        self._touched()
        return changed

    def is_blocked(self, ours: str | None, phone: str) -> bool:
        with self._lock:
            return (ours, phone) in self._blocks

    def blocks(self) -> tuple[Block, ...]:
        with self._lock:
            return tuple(sorted(self._blocks))

    def restore(self, messages: Iterable[Message], alerts: Iterable[Alert], blocks: Iterable[Block]) -> None:
        """Take up what an earlier run knew; only before anything else happens."""
        self._messages = {message.sid: message for message in messages}
        self._alerts = list(alerts)
        self._blocks = set(blocks)
