"""
What is still said and done for a text that could not be answered, whatever it was that failed.

It is understood once more, alone and without what was said before it: danger gets its own text and task,
and a stop, a wrong number and a death are stored by the bare state. Nothing is planned anew: what waits is
looked at again before it leaves, and does not leave then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from companion.domain.catalogue import Catalogue
from companion.domain.conversation import Answer, Reply
from companion.domain.conversation.effects import BEREAVEMENT, RaiseTask
from companion.domain.understanding import Context, Understood
from companion.records import Clinic, InboundMessage, PatientState, TaskUrgency
from companion.services import effects
from companion.services.hearing import hear, shared_catalogue, shared_catalogues
from companion.services.setup import Setup
from companion.storage import people

_log = structlog.get_logger(__name__)

_NOT_ANSWERED = "text-not-answered"
_GENERIC = "not-understood"
_TEXTED = frozenset({PatientState.ACTIVE, PatientState.PAUSED})
#: Whatever staff have not settled for good.
_UNSETTLED = frozenset(set(PatientState) - {PatientState.DECEASED, PatientState.FINISHED})


@dataclass(frozen=True)
class _Leaving:
    """A text that stops everything to the number: the state, from which states, and what is said then."""

    state: PatientState
    from_states: frozenset[PatientState]
    item: str


#: A death before all else: after it a number is never merely stopped.
_LEAVING = {
    "bereavement": _Leaving(PatientState.HELD, _UNSETTLED, "bereavement"),
    "wrong_number": _Leaving(PatientState.WRONG_NUMBER, _UNSETTLED, "wrong-number"),
    "opt_out": _Leaving(PatientState.STOPPED, _TEXTED, "stopped"),
}


@dataclass(frozen=True)
class FallBack:
    """Stands in for the whole answer to one text; its number is locked."""

    session: Session
    setup: Setup
    clinic: Clinic
    inbound: InboundMessage
    now: datetime

    def heard(self) -> tuple[Understood | None, Catalogue]:
        """Understand in the catalogues' own words: the clinic's may be what failed."""
        codes = people.languages_of_phone(self.session, self.clinic.id or 0, self.inbound.from_hash)
        try:
            return hear(self.inbound.body, shared_catalogues(self.setup.languages, codes), Context())
        except Exception as error:  # noqa: BLE001 - what cannot be understood is a nurse's
            _log.error("text could not be understood", error=type(error).__name__)
            return None, shared_catalogue(self.setup.languages, codes)

    def answer(self, understood: Understood | None, catalogue: Catalogue) -> Answer:
        """Do what can be done, put it before a nurse, and return what is said."""
        ids = people.ids_of_phone(self.session, self.clinic.id or 0, self.inbound.from_hash)
        one = ids[0] if len(ids) == 1 else None
        self.inbound.patient_id = one
        dangers = dangers_of(understood)
        leaving = next((_LEAVING[i] for i in _LEAVING if understood and understood.has(i)), None)
        done = self._leave(leaving) if leaving else 0
        addition = self.setup.task_words.not_stopped if done is None else None
        actor = effects.Actor(self.session, self.setup, self.clinic, self.inbound, (), None, self.now)
        for kind in dangers or _kinds(understood):
            actor.raise_about(one, RaiseTask(kind, TaskUrgency.URGENT), addition)
        items = [*dangers, *([leaving.item] if leaving and done else [])] or [_GENERIC]
        if done and self.inbound.body.strip().upper() in catalogue.lexicon.opt_out:
            # The carrier answers a lone word itself, and blocks us from now on.
            items = []
        return Answer(tuple(Reply(self._say(catalogue, item), "safety") for item in items))

    def _leave(self, leaving: _Leaving) -> int | None:
        """Return how many people's texts stopped, or None if that could not be stored."""
        clinic_id, from_hash = self.clinic.id or 0, self.inbound.from_hash
        try:
            with self.session.begin_nested():
                return people.put_state_of_phone(
                    self.session, clinic_id, from_hash, leaving.state, leaving.from_states
                )
        except Exception as error:  # noqa: BLE001 - then the task says it
            _log.error("texts could not be stopped", error=type(error).__name__)
            return None

    def _say(self, catalogue: Catalogue, item: str) -> str:
        by_nation = f"{item}.{self.clinic.nation}"
        text = catalogue.text(by_nation if by_nation in catalogue.texts else item)
        return text.fill(clinic=self.clinic.name, line=self.clinic.urgent_line)


def dangers_of(understood: Understood | None) -> list[str]:
    """Return the kinds of danger in a text, which are tasks and texts of the catalogue too."""
    if understood is None:
        return []
    kinds = ("distress",) if understood.has("bereavement") else ("distress", "urgent")
    return [kind for kind in kinds if understood.has(kind)]


def _kinds(understood: Understood | None) -> Sequence[str]:
    return [BEREAVEMENT if understood and understood.has("bereavement") else _NOT_ANSWERED]
