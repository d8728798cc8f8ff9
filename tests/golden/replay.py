"""Plays a golden conversation through the real services, step by step, on a clock of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, groupby
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from companion.domain.languages import Languages
from companion.records import (
    Appointment,
    AppointmentState,
    CancelledBy,
    InboundMessage,
    OutboundKind,
    OutboundMessage,
    OutboundState,
    Patient,
    Task,
)
from companion.services import dispatch, inbound, scheduling
from companion.services.choosing import choose_treatment
from companion.services.inbound import IncomingText
from companion.storage import people
from tests.golden.files import Conversation
from tests.golden.world import World, a_world, put_state, wall
from tests.people import CLINIC

Step = dict[str, Any]

_NEVER_LEFT = {
    OutboundState.PENDING, OutboundState.WITHDRAWN, OutboundState.SUPPRESSED, OutboundState.EXPIRED,
}  # fmt: skip


@dataclass(frozen=True)
class Played:
    """What came of each step, and how everything stands at the end; both as they stand in the file."""

    steps: list[Step]
    end: dict[str, Any]


@dataclass
class _Player:
    world: World
    _seen: set[int] = field(default_factory=set)
    _sids: "count[int]" = field(default_factory=lambda: count(1))
    _sid: str = ""

    def play(self, step: Step) -> Step:
        """Let time pass until the step, take it, and return what was said on the way and because of it."""
        self._pass_until(self.world.instant(step["at"]))
        came: Step = {}
        on_the_way = self._said(step)
        if "body" in step:
            self._text(step)
            came["understood"] = self._understood()
        elif "staff" in step:
            _STAFF[step["staff"]](self.world, step)
        elif "carrier" in step:
            self.world.network.does[self._phone(step["of"])] = step["carrier"]
        self._sweep(self.world.now + timedelta(seconds=1))
        if on_the_way:
            came["on_the_way"] = on_the_way
        return {**came, "replies": self._said(step)}

    def _pass_until(self, to: datetime) -> None:
        """Do all that falls due on the way, each at its time."""
        while (due := dispatch.next_due(self.world.setup)) is not None and due <= to:
            before = self.world.now
            self._sweep(max(before, due))
            if self.world.now == before:
                # Something waits that is not to leave yet: let time pass all the same.
                self.world.now += timedelta(minutes=1)
        self.world.now = max(self.world.now, to)

    def _sweep(self, now: datetime) -> None:
        self.world.now = now
        dispatch.sweep(self.world.setup, now, lambda: now)
        self.world.network.tell(self.world.setup, now)

    def _text(self, step: Step) -> None:
        """Have the person text; a flood is the same text many times, a second after one another or more."""
        for turn in range(step.get("times", 1)):
            if turn:
                self._sweep(self.world.now + timedelta(seconds=step.get("every_seconds", 1)))
            sender = self._phone(step["from"])
            self.world.network.hear(sender, step["body"])
            # A webhook that is repeated brings the same id again.
            self._sid = self._sid if step.get("again") else f"SM{next(self._sids):032x}"
            text = IncomingText(self._sid, sender, CLINIC, step["body"], step.get("photos", 0))
            answer = inbound.receive(self.world.setup, text, self.world.now)
            if answer:
                self.world.network.take_answer(answer.status_url, sender)
            self.world.network.tell(self.world.setup, self.world.now)

    def _phone(self, name: str) -> str:
        """Return the number of a person, or the number itself where the file names one."""
        return self.world.phones.get(name, name)

    def _understood(self) -> list[str]:
        with self.world.setup.database.reading() as session:
            query = select(InboundMessage).where(InboundMessage.sid == self._sid)
            row = session.exec(query).one()
        return [str(row.intent), *row.also]

    def _said(self, step: Step) -> list[Step]:
        """Return the texts that left since the last call, and the answers that were held back."""
        rows = [row for row in self._rows() if row.id not in self._seen]
        new = [row for row in rows if row.kind != OutboundKind.PUSH or row.state not in _NEVER_LEFT]
        self._seen |= {row.id or 0 for row in new}
        to = self._phone(step.get("from", ""))
        told = [self._told(row, to) for row in new]
        # The same again and again is told once, with how often.
        runs = [(text, len(list(run))) for text, run in groupby(told)]
        return [{"times": times, **text} if times > 1 else text for text, times in runs]

    def _told(self, row: OutboundMessage, sender: str) -> Step:
        names = [name for name, phone in self.world.phones.items() if phone == row.phone]
        return {
            **({} if row.phone == sender else {"to": " and ".join(names)}),
            **({} if row.kind != OutboundKind.PUSH else {"at": self.world.local(row.send_at)}),
            "kind": row.kind,
            **({"rule": row.rule} if row.rule else {}),
            "segments": row.segments,
            "state": row.state,
            **({"reason": row.reason} if row.state in _NEVER_LEFT and row.reason else {}),
            "body": row.body,
        }

    def _rows(self) -> Sequence[OutboundMessage]:
        with self.world.setup.database.reading() as session:
            order = (col(OutboundMessage.send_at), col(OutboundMessage.id))
            return session.exec(select(OutboundMessage).order_by(*order)).all()

    def end(self) -> dict[str, Any]:
        everyone, visits = self.world.people.items(), self.world.visits.items()
        with self.world.setup.database.reading() as session:
            tasks = session.exec(select(Task).order_by(col(Task.id))).all()
            state = {
                "people": {name: _person(session.get_one(Patient, i)) for name, i in everyone},
                "visits": {name: _visit(session.get_one(Appointment, i)) for name, i in visits},
                "lists": {
                    name: [own.text for own in people.own_questions(session, i)] for name, i in everyone
                },
                "outbox": [self._planned(row) for row in self._rows() if row.kind == OutboundKind.PUSH],
            }
        found = [{"kind": task.kind, "urgency": task.urgency, "note": task.note} for task in tasks]
        return {"tasks": found, "state": state}

    def _planned(self, row: OutboundMessage) -> Step:
        (name,) = (name for name, i in self.world.people.items() if i == row.patient_id)
        return {
            "of": name,
            "rule": row.rule,
            "at": self.world.local(row.send_at),
            "state": row.state,
            **({"reason": row.reason} if row.reason else {}),
        }


def _person(patient: Patient) -> Step:
    return {
        "state": patient.state,
        "treatment": patient.treatment,
        "weighing": patient.weighing,
        "information": patient.information,
    }


def _visit(visit: Appointment) -> Step:
    return {"on": visit.wall.replace("T", " "), "state": visit.state}


def _moves(world: World, step: Step) -> None:
    scheduling.move(world.setup, world.visits[step["visit"]], at=wall(step["to"]), now=world.now)


def _cancels(world: World, step: Step) -> None:
    by = CancelledBy(step["by"])
    scheduling.cancel(world.setup, world.visits[step["visit"]], by=by, now=world.now)


def _books(world: World, step: Step) -> None:
    world.book({**step, "name": step["visit"]})


def _marks_attended(world: World, step: Step) -> None:
    with world.setup.database.transaction() as session:
        visit = session.get_one(Appointment, world.visits[step["visit"]])
        visit.state = AppointmentState.ATTENDED
        owner = next(name for name, i in world.people.items() if i == visit.patient_id)
    world.change(owner, lambda patient: None)


def _sets_state(world: World, step: Step) -> None:
    put_state(world, step["of"], step["state"])


def _chooses_treatment(world: World, step: Step) -> None:
    choose_treatment(world.setup, world.people[step["of"]], step["treatment"], world.now)


_STAFF = {
    "books": _books,
    "moves": _moves,
    "cancels": _cancels,
    "marks attended": _marks_attended,
    "sets state": _sets_state,
    "chooses treatment": _chooses_treatment,
}


def play(conversation: Conversation, file: Path, key: str, languages: Languages) -> Played:
    """Return what comes of the conversation, played in the migrated, empty SQLite file."""
    with a_world(conversation, file, key, languages) as world:
        player = _Player(world)
        for step in conversation["given"].get("earlier", []):
            player.play(step)
        steps = [player.play(step) for step in conversation["texts"]]
        return Played(steps, player.end())
