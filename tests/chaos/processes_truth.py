"""The carrier's ledger against our outbox: what was lost, what was doubled, what nobody will settle."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from companion.domain.clock_time import parse_instant
from companion.records import InboundMessage, OutboundKind, OutboundMessage, Task
from companion.records import OutboundState as S

Text = Mapping[str, Any]

_TAKEN = frozenset({S.ACCEPTED, S.SENT, S.DELIVERED, S.UNDELIVERED})
_NOT_TAKEN = frozenset({S.PENDING, S.FAILED, S.WITHDRAWN, S.SUPPRESSED, S.EXPIRED})
_ENDS = {"delivered": S.DELIVERED, "undelivered": S.UNDELIVERED}


@dataclass
class Truth:
    """All that is known of one installation at the end, when time has settled what it can."""

    rows: Sequence[OutboundMessage]
    tasks: Sequence[Task]
    inbox: Sequence[InboundMessage]
    ledger: Sequence[Text]
    now: datetime
    zone: ZoneInfo
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    #: Left at the wrong time.
    astray: list[str] = field(default_factory=list)

    def judge(self) -> "Truth":
        self._by_sid = {text["sid"]: text for text in self.ledger if _was_taken(text)}
        for row in self.rows:
            self._judge_row(row)
        self._judge_leftovers()
        self._judge_inbound()
        return self

    @property
    def failures(self) -> Iterator[str]:
        for word in ("lost", "doubled", "unsettled", "astray"):
            yield from (f"{word}: {found}" for found in getattr(self, word))

    def _judge_row(self, row: OutboundMessage) -> None:
        text = self._by_sid.get(row.sid or "")
        said = f"row {row.id} {row.kind} {row.rule or ''} {row.state} {row.reason or ''}"
        if row.state in _TAKEN:
            if text is None:
                self.lost.append(f"{said}: the carrier has nothing of it")
            elif _ENDS.get(text["status"]) != row.state:
                self.unsettled.append(f"{said}: the carrier says {text['status']}")
        if row.state in _NOT_TAKEN and text is not None:
            self.unsettled.append(f"{said}: the carrier has taken it")
        if text is not None:
            self._judge_time(row, text, said)
        self._judge_open(row, said)

    def _judge_open(self, row: OutboundMessage, said: str) -> None:
        told = any(_is_about(task, row) for task in self.tasks)
        if row.state == S.PENDING and row.send_at <= self.now:
            (self.unsettled if told else self.lost).append(f"{said}: still due")
        elif row.state == S.LEASED or (row.state == S.UNKNOWN and not told):
            self.unsettled.append(said)
        elif row.state in (S.FAILED, S.UNDELIVERED, S.EXPIRED) and not told and self._is_needed(row):
            self.lost.append(f"{said}: nobody was told")

    def _is_needed(self, row: OutboundMessage) -> bool:
        """Say whether a person has to be told: not of an answer, nor of what a later text makes good."""
        if row.kind == OutboundKind.REPLY or any(other.retry_of == row.id for other in self.rows):
            return False
        if row.state != S.EXPIRED or row.appointment_id is None:
            return True
        visit = [other for other in self.rows if other.appointment_id == row.appointment_id]
        return not any(other.send_at > row.send_at for other in visit)

    def _judge_time(self, row: OutboundMessage, text: Text, said: str) -> None:
        at = parse_instant(text["created_at"])
        if row.kind == OutboundKind.PUSH:
            hour = at.astimezone(self.zone).hour
            late = row.not_useful_after is not None and at >= row.not_useful_after
            if not 8 <= hour < 20 or late or at < row.send_at.replace(microsecond=0):
                self.astray.append(f"{said}: it left at {at}")

    def _judge_leftovers(self) -> None:
        """Each text that no row names belongs to one whose outcome a nurse was asked to find out."""
        owned = {row.sid for row in self.rows}
        open_rows: dict[tuple[str, str], list[OutboundMessage]] = defaultdict(list)
        for row in self.rows:
            if row.state in (S.UNKNOWN, S.LEASED):
                open_rows[row.phone, _words(row.body)].append(row)
        for sid, text in self._by_sid.items():
            if sid not in owned:
                mine = open_rows[text["to"], _words(text["body"])]
                if mine:
                    mine.pop()
                else:
                    self.doubled.append(f"text {sid} at {text['created_at']} is no row's own")

    def _judge_inbound(self) -> None:
        known = [message.sid for message in self.inbox]
        for text in self.ledger:
            if text["direction"] == "inbound" and known.count(text["sid"]) != 1:
                self.lost.append(f"inbound text {text['sid']} is stored {known.count(text['sid'])} times")
        answers: dict[tuple[int, str], list[str]] = defaultdict(list)
        for row in self.rows:
            if row.inbound_id is not None and row.sid in self._by_sid:
                answers[row.inbound_id, row.body].append(f"{row.id} {row.kind} {row.state} {row.sid}")
        self.doubled += [
            f"inbound {inbound} is answered {len(rows)} times: {', '.join(rows)}"
            for (inbound, _), rows in answers.items()
            if len(rows) > 1
        ]


def settled(rows: Iterable[OutboundMessage], tasks: Iterable[Task], now: datetime) -> bool:
    """Say whether nothing is left that time alone would settle, of what is due at `now`."""
    told = {cause.rpartition(":")[2] for cause in (task.cause for task in tasks)}
    return all(
        row.state not in (S.LEASED, S.ACCEPTED, S.SENT)
        and not (row.state == S.UNKNOWN and str(row.id) not in told)
        and not (row.state == S.PENDING and row.send_at <= now)
        for row in rows
    )


def _is_about(task: Task, row: OutboundMessage) -> bool:
    """Say whether the task is of this text; what is wrong with a number is said once for all of a visit's."""
    return task.cause.endswith((f":{row.id}", f":{row.to_hash[:16]}:{row.appointment_id}"))


def _was_taken(text: Text) -> bool:
    """An answer that the network refused is recorded as failed and was never a text."""
    return text["direction"] in ("outbound-api", "outbound-reply") and text["status"] != "failed"


def _words(body: str) -> str:
    return body.replace("\r\n", "\n").strip()
