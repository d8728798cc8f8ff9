"""`companion content`: look at the wording, check, sign and accept it; a clinic's own in its place."""

import click

from companion.cli.content_accept import accept, open_
from companion.cli.content_check import check
from companion.cli.content_show import show
from companion.cli.content_sign import sign
from companion.cli.content_word import word, words


@click.group()
def content() -> None:
    """Look at the wording, check, sign and accept it; a clinic's own wording."""


for command in (check, show, sign, open_, accept, word, words):
    content.add_command(command)
