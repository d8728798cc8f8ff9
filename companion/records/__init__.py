"""The nouns: plain table classes and the words they may hold. They check nothing; what enters is checked."""

from companion.records.messages import DeliveryEvent, InboundMessage, OutboundMessage
from companion.records.people import Clinic, Conversation, Patient, PatientQuestion
from companion.records.senders import Sender
from companion.records.staff import AuditEvent, SignInBrake, StaffMembership, StaffSession, StaffUser
from companion.records.states import (
    AppointmentState,
    CancelledBy,
    Information,
    OutboundKind,
    OutboundState,
    PatientState,
    Privacy,
    Role,
    TaskUrgency,
)
from companion.records.visits import Appointment, Heartbeat, Task, TaskNote
from companion.records.wording import Acceptance, LocalWording

__all__ = [
    "Acceptance",
    "Appointment",
    "AppointmentState",
    "AuditEvent",
    "CancelledBy",
    "Clinic",
    "Conversation",
    "DeliveryEvent",
    "Heartbeat",
    "InboundMessage",
    "Information",
    "LocalWording",
    "OutboundKind",
    "OutboundMessage",
    "OutboundState",
    "Patient",
    "PatientQuestion",
    "PatientState",
    "Privacy",
    "Role",
    "Sender",
    "SignInBrake",
    "StaffMembership",
    "StaffSession",
    "StaffUser",
    "Task",
    "TaskNote",
    "TaskUrgency",
]
