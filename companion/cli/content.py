"""`companion content`: look at the wording, check it, sign it, accept it for a clinic."""

import click

from companion.cli.content_accept import accept, open_
from companion.cli.content_check import check
from companion.cli.content_show import show
from companion.cli.content_sign import sign


@click.group()
def content() -> None:
    """Look at the wording, check it, sign it, accept it for a clinic."""


for command in (check, show, sign, open_, accept):
    content.add_command(command)
