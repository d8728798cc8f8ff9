"""The closed sets of words the records may hold. The ways between them are in `companion.domain.delivery`."""

from enum import StrEnum


class OutboundState(StrEnum):
    #: Waiting for its time. Due is derived from `send_at`, never stored.
    PENDING = "pending"
    #: Body frozen; one worker, or the answer to a webhook, may hand it to the provider until the lease ends.
    LEASED = "leased"
    #: The provider has taken it and named it.
    ACCEPTED = "accepted"
    #: The provider has handed it to the network.
    SENT = "sent"
    #: The phone has it. Final.
    DELIVERED = "delivered"
    #: The network gave it up. Final.
    UNDELIVERED = "undelivered"
    #: The provider refused it for good. Final.
    FAILED = "failed"
    #: It may or may not have been taken; never sent again without evidence.
    UNKNOWN = "unknown"
    #: Made void by a change before it left. Final.
    WITHDRAWN = "withdrawn"
    #: Decided not to send, with a reason. Final.
    SUPPRESSED = "suppressed"
    #: Its usefulness ended before it could leave. Final.
    EXPIRED = "expired"


class OutboundKind(StrEnum):
    #: Unasked: sending hours, caps, pause, privacy and the word list bind it.
    PUSH = "push"
    #: An answer to a text.
    REPLY = "reply"
    #: The fixed text to red-flag and crisis words; exempt from every guard.
    SAFETY = "safety"
    #: Written by a nurse: sending hours, state, privacy and the word list bind it; caps do not.
    MANUAL = "manual"


class PatientState(StrEnum):
    ACTIVE = "active"
    #: Visit reminders only.
    PAUSED = "paused"
    #: Opted out.
    STOPPED = "stopped"
    #: Somebody said a person died; nothing leaves until staff decide.
    HELD = "held"
    WRONG_NUMBER = "wrong_number"
    DECEASED = "deceased"
    FINISHED = "finished"


class AppointmentState(StrEnum):
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CHANGE_ASKED = "change_asked"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    MISSED = "missed"


class TaskUrgency(StrEnum):
    URGENT = "urgent"
    TODAY = "today"
    ROUTINE = "routine"


class Information(StrEnum):
    LESS = "less"
    STANDARD = "standard"
    FULL = "full"


class Privacy(StrEnum):
    NEUTRAL = "neutral"
    DISCREET = "discreet"


class Contact(StrEnum):
    """How a person is reached unasked."""

    TEXT = "text"
    #: A landline, or somebody who cannot see or type: what would be a reminder is a call for a nurse.
    CALL = "call"


class CancelledBy(StrEnum):
    """How a person hears that a visit is cancelled."""

    #: They know.
    TOLD = "told"
    #: Someone phones them.
    CALL = "call"
    TEXT = "text"


class Role(StrEnum):
    """What somebody on the staff may do."""

    #: Enrols, books and answers for the patients of a clinic.
    NURSE = "nurse"
    #: A nurse who also looks after the clinic and its staff.
    CLINIC_ADMIN = "clinic_admin"
    #: Looks after clinics and staff; sees no patient.
    SYSTEM_ADMIN = "system_admin"
    #: Reads and signs the words; sees no patient.
    REVIEWER = "reviewer"


class ImportState(StrEnum):
    """How far an imported file has come."""

    #: Nothing was wrong with it; nothing of it is stored.
    CHECKED = "checked"
    #: All of it is stored.
    APPLIED = "applied"
