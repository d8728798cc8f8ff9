"""`companion content`: look at the wording, check it, sign it."""

import click

from companion.cli.content_check import check
from companion.cli.content_show import show
from companion.cli.content_sign import sign


@click.group()
def content() -> None:
    """Look at the wording, check it, sign it."""


for command in (check, show, sign):
    content.add_command(command)
