"""`companion understand`: what a text would be taken for."""

import sys
from collections.abc import Iterator
from io import TextIOWrapper

import click

from companion import settings
from companion.catalogue import load_catalogue
from companion.cli.shared import as_json, show
from companion.domain.understanding import understand


@click.command("understand")
@click.argument("texts", nargs=-1)
@as_json
def understand_texts(texts: tuple[str, ...], as_json: bool) -> None:
    """Show what a text would be taken for; texts as arguments, or one a line on standard input."""
    catalogue = load_catalogue(settings.load(settings.environment(), local=True).templates)
    for text in (_readable(text) for text in texts) if texts else _lines():
        found = understand(text, catalogue.grammar)
        meaning = found.meaning
        value = {
            "text": text,
            "intent": meaning.intent,
            "treatment": meaning.treatment,
            "slot": meaning.slot,
            "also": [further.intent for further in found.also],
            "alternatives": [],
        }
        extra = " ".join(str(part) for part in (meaning.treatment, meaning.slot) if part)
        also = f" (also {', '.join(further.intent for further in found.also)})" if found.also else ""
        show(value, f"{text}: {meaning.intent} {extra}".rstrip() + also, as_json=as_json)


def _readable(text: str) -> str:
    """Put a question mark where the command line held bytes that are no text."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _lines() -> Iterator[str]:
    if isinstance(sys.stdin, TextIOWrapper):
        # Whatever the locale: bytes that are no text are shown as such, and stop nothing.
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    for line in sys.stdin:
        yield line.rstrip("\n")
