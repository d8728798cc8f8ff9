"""`companion content`: look at the wording, check it, sign it, and put a clinic's own in its place."""

import click

from companion.cli.content_check import check
from companion.cli.content_show import show
from companion.cli.content_sign import sign
from companion.cli.content_word import word, words


@click.group()
def content() -> None:
    """Look at the wording, check it, sign it; a clinic's own wording."""


for command in (check, show, sign, word, words):
    content.add_command(command)
