"""`companion understand`: what a text would be taken for; `companion chat`: what would be answered."""

import sys
from collections.abc import Iterator
from io import TextIOWrapper

import click

from companion import settings
from companion.catalogue import load_catalogue
from companion.cli.shared import as_json, number, opened, show
from companion.domain.understanding import understand
from companion.services import chatting
from companion.services.chatting import Answered


@click.command("understand")
@click.argument("texts", nargs=-1)
@as_json
def understand_texts(texts: tuple[str, ...], as_json: bool) -> None:
    """Show what a text would be taken for; texts as arguments, or one a line on standard input."""
    catalogue = load_catalogue(settings.load(settings.environment(), local=True).templates)
    for text in (_readable(text) for text in texts) if texts else _lines():
        found = understand(text, catalogue)
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


@click.command()
@click.option("--patient", required=True, help="The patient's id; they text from their own number.")
@as_json
def chat(patient: str, as_json: bool) -> None:
    """Text as a person, one text a line, and see what is answered; ends with the input (Ctrl-D)."""
    with opened() as companion:
        line = chatting.line_of(companion.setup, number(patient, "patient"))
        for body in _typed(line.name, as_json=as_json):
            _show_answered(
                body, chatting.text(companion.setup, line, body, companion.clock()), as_json=as_json
            )


def _typed(name: str, *, as_json: bool) -> Iterator[str]:
    """Yield the lines as they are typed; an empty one is a slip of the thumb here, and no text."""
    prompt = "" if as_json or not sys.stdin.isatty() else f"{name}> "
    click.echo(prompt, nl=False)
    for body in _lines():
        if body.strip():
            yield body
        click.echo(prompt, nl=False)


def _show_answered(body: str, answered: Answered, *, as_json: bool) -> None:
    replies = [{"kind": r.kind, "body": r.body, "segments": r.segments} for r in answered.replies]
    tasks = [{"kind": t.kind, "urgency": t.urgency, "note": t.note} for t in answered.tasks]
    lines = [f"< {r.body} [{_segments(r.segments)}]" for r in answered.replies] or ["(no answer)"]
    lines += [f"! {t.urgency} {t.kind}: {t.note}" for t in answered.tasks]
    show({"text": body, "replies": replies, "tasks": tasks}, "\n".join(lines), as_json=as_json)


def _segments(count: int) -> str:
    return "1 segment" if count == 1 else f"{count} segments"


def _readable(text: str) -> str:
    """Put a question mark where the command line held bytes that are no text."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _lines() -> Iterator[str]:
    if isinstance(sys.stdin, TextIOWrapper):
        # Whatever the locale: bytes that are no text are shown as such, and stop nothing.
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    for line in sys.stdin:
        yield line.rstrip("\n")
