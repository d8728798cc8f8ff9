"""Whom a text is about, where several people share the number, and what is to be answered then."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from companion.domain.catalogue import Catalogue
from companion.domain.conversation import sharing
from companion.domain.conversation.situation import Member, Waiting
from companion.domain.understanding import Meaning, Understood
from companion.records import Patient, PatientState
from companion.services.memory import Memory

#: Only safety and a cry for help are answered.
SILENT = frozenset(
    {PatientState.HELD, PatientState.WRONG_NUMBER, PatientState.DECEASED, PatientState.FINISHED}
)
_ASKS_NOTHING = frozenset({"free_text", "acknowledgement"})


@dataclass(frozen=True)
class Spoken:
    #: What is to be answered: the text, or the request that waited for its answer.
    understood: Understood
    #: The person it is about, if that is known.
    patient: Patient | None
    #: What waited until the person was named just now; it is part of `understood`.
    waited: Waiting | None = None
    #: It was a name, and nothing waited for one.
    only_named: bool = False


def present(patients: Sequence[Patient]) -> Sequence[Patient]:
    """Return those whose texts these may be: someone who died is never named or asked about."""
    return [patient for patient in patients if patient.state not in SILENT] or patients


def known(memory: Memory, people: Sequence[Patient]) -> Patient | None:
    """Return the person before the text is read: the only one there is, or who was named lately."""
    if len(people) == 1:
        return people[0]
    speaker = memory.speaker()
    return next((patient for patient in people if patient.id == speaker), None)


def spoken(
    session: Session,
    understood: Understood,
    catalogue: Catalogue,
    memory: Memory,
    people: Sequence[Patient],
    before: Patient | None,
) -> Spoken:
    """Return whom the text is about and what to answer; remembers who was named."""
    if len(people) < 2:
        return Spoken(understood, before)
    waiting = memory.waiting(session, people)
    found = sharing.named(understood, waiting, members(people), catalogue)
    member = next((member for member in members(people) if member.id == found), None)
    if member is not None:
        patient = next(patient for patient in people if patient.id == found)
        asked = sharing.asked_beside(understood, waiting, member, catalogue)
        if waiting is not None and asked is not None and sharing.answers(asked, waiting):
            # One by the digit, another by name.
            return Spoken(waiting.understood, None)
        if said := _of_one(asked, waiting, patient):
            memory.speaks_for(member.id)
            return said
    elif waiting is not None and sharing.answers(understood, waiting):
        # A digit that names nobody: asked again, and what waits goes on waiting.
        return Spoken(waiting.understood, None)
    return Spoken(understood, before)


def _of_one(asked: Understood | None, waiting: Waiting | None, patient: Patient) -> Spoken | None:
    """Return what is to be answered for the one who was named, or None where the name tells nothing."""
    if asked is None:
        understood = waiting.understood if waiting else Understood("", Meaning("free_text"))
        return Spoken(understood, patient, waiting, only_named=waiting is None)
    if waiting is None:
        # Told of somebody in words nobody understands, it may be the other who writes.
        return None if asked.meaning.intent in _ASKS_NOTHING else Spoken(asked, patient)
    new = Waiting(waiting.people, asked.text, asked.all)
    return Spoken(sharing.joined(waiting, new).understood, patient, waiting)


def members(people: Sequence[Patient]) -> tuple[Member, ...]:
    return tuple(Member(patient.id or 0, patient.name) for patient in people)
