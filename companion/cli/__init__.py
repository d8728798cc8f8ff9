"""The command line. Every command reads the same settings, calls one service, and prints what came of it."""

import sys

import click

from companion.cli import (
    appointments,
    changing,
    choosing,
    clinic_rules,
    clinics,
    content,
    conversation,
    database,
    importing,
    listing,
    parts,
    preview,
    serving,
    staff,
)
from companion.cli.logs import configure_logging
from companion.errors import CompanionError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Appointment reminders by text, with the questions worth asking."""


for command in (
    serving.serve,
    parts.web,
    parts.worker,
    parts.carrier,
    database.db,
    database.check,
    clinics.clinic,
    conversation.understand_texts,
    conversation.chat,
    preview.preview,
    content.content,
    clinics.enrol,
    appointments.book,
    appointments.move,
    appointments.cancel,
    appointments.mark,
    choosing.choose,
    changing.change,
    staff.staff,
    listing.outbox,
    listing.inbox,
    listing.tasks,
    importing.import_file,
):
    commands.add_command(command)


clinics.clinic.add_command(clinic_rules.rules)


def main() -> None:
    """Run a command; 0 done, 1 refused with one line on stderr, 2 used wrongly."""
    configure_logging()
    try:
        commands(standalone_mode=True)
    except CompanionError as error:
        print(f"companion: {error}", file=sys.stderr)
        sys.exit(1)
