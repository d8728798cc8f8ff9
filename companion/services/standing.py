"""
Whether somebody wants no texts, though their present state no longer says so.

A person who opted out and was then held, or marked as having died, would otherwise get texts again when
that is put right: nobody but they may bring them back.
"""

from sqlmodel import Session

from companion.records import InboundMessage, Patient, PatientState
from companion.storage import person as of_clinic

#: The audit's entry for another state; its subject is `active to paused`.
STATE_CHANGED = "state-changed"
#: So many of the number's newest texts are looked through.
_LOOKED_AT = 300
_OUT, _IN = "opt_out", "opt_in"


def changed(old: str, new: str) -> str:
    """Return what the audit notes of another state."""
    return f"{old} to {new}"


def state_to_return_to(session: Session, patient: Patient, *, new_number: bool = False) -> PatientState:
    """
    Return the state of somebody who is texted again: `stopped` if they last asked for no texts.

    With `new_number` what came from the present one does not count: it was somebody else's.
    """
    noted = of_clinic.states_noted(session, patient, STATE_CHANGED)
    texts = () if new_number else of_clinic.meanings_from(session, patient, _LOOKED_AT)
    heard = next((text for text in texts if _about_texting(text)), None)
    if heard is None or (noted is not None and noted.at > heard.received_at):
        return PatientState.ACTIVE if noted is None else PatientState.STOPPED
    return PatientState.STOPPED if _meant(heard, _OUT) else PatientState.ACTIVE


def _about_texting(text: InboundMessage) -> bool:
    return _meant(text, _OUT) or _meant(text, _IN)


def _meant(text: InboundMessage, intent: str) -> bool:
    return text.intent == intent or intent in text.also
