"""The nouns: plain table classes and the words they may hold. They check nothing; what enters is checked."""

from companion.records.imports import ImportRun, PlanOwed
from companion.records.messages import DeliveryEvent, InboundMessage, OutboundMessage
from companion.records.people import Clinic, Conversation, Patient, PatientQuestion
from companion.records.senders import Sender
from companion.records.staff import (
    AuditEvent,
    SavedForm,
    SignInBrake,
    StaffMembership,
    StaffNote,
    StaffSession,
    StaffUser,
)
from companion.records.states import (
    AppointmentState,
    CancelledBy,
    Contact,
    ImportState,
    Information,
    OutboundKind,
    OutboundState,
    PatientState,
    Privacy,
    Role,
    TaskUrgency,
)
from companion.records.visits import Appointment, Heartbeat, Task, TaskNote
from companion.records.wording import Acceptance, LocalWording, TextSignature

__all__ = [
    "Acceptance",
    "Appointment",
    "AppointmentState",
    "AuditEvent",
    "CancelledBy",
    "Clinic",
    "Contact",
    "Conversation",
    "DeliveryEvent",
    "Heartbeat",
    "ImportRun",
    "ImportState",
    "InboundMessage",
    "Information",
    "LocalWording",
    "OutboundKind",
    "OutboundMessage",
    "OutboundState",
    "Patient",
    "PatientQuestion",
    "PatientState",
    "PlanOwed",
    "Privacy",
    "Role",
    "SavedForm",
    "Sender",
    "SignInBrake",
    "StaffMembership",
    "StaffNote",
    "StaffSession",
    "StaffUser",
    "Task",
    "TaskNote",
    "TaskUrgency",
    "TextSignature",
]
