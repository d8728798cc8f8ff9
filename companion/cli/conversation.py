"""`companion understand`: what a text is taken for, and why; `companion chat`: what is answered."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from io import TextIOWrapper

import click

from companion import settings
from companion.catalogue import load_catalogue
from companion.cli.shared import as_json, number, opened, show
from companion.domain.understanding import Reason, Understood, explain, understand
from companion.services import chatting
from companion.services.chatting import Answered

#: Told where no phrase and no word was found.
_NOTHING = Reason("free_text", "no word or phrase of keywords.toml was found", "")


@click.command("understand")
@click.argument("texts", nargs=-1)
@click.option("--explain", "explained", is_flag=True, help="Say which words and phrases decided.")
@as_json
def understand_texts(texts: tuple[str, ...], explained: bool, as_json: bool) -> None:
    """Show what a text would be taken for; texts as arguments, or one a line on standard input."""
    grammar = load_catalogue(settings.load(settings.environment(), local=True).templates).grammar
    for text in (_readable(text) for text in texts) if texts else _lines():
        found = understand(text, grammar)
        reasons = explain(text, grammar) if explained else None
        show(_as_object(found, reasons), _as_lines(found, reasons), as_json=as_json)


def _as_object(found: Understood, reasons: Sequence[Reason] | None) -> Mapping[str, object]:
    meaning = found.meaning
    value: dict[str, object] = {
        "text": found.text,
        "intent": meaning.intent,
        "treatment": meaning.treatment,
        "slot": meaning.slot,
        "also": [further.intent for further in found.also],
        "alternatives": [other.treatment or other.slot or other.intent for other in found.alternatives],
    }
    return value if reasons is None else value | {"reasons": [asdict(reason) for reason in reasons]}


def _as_lines(found: Understood, reasons: Sequence[Reason] | None) -> str:
    meaning = found.meaning
    extra = " ".join(str(part) for part in (meaning.treatment, meaning.slot) if part)
    also = f" (also {', '.join(further.intent for further in found.also)})" if found.also else ""
    told = f"{found.text}: {meaning.intent} {extra}".rstrip() + also
    if reasons is None:
        return told
    return "\n".join((told, *(f"    {_said(reason)}" for reason in reasons or (_NOTHING,))))


def _said(reason: Reason) -> str:
    if reason.intent == "spelling":
        return f"{reason.words} is read as {reason.because}"
    found = f"{reason.because}, found in {reason.words!r}" if reason.words else reason.because
    if reason.taken_back:
        return f"not {reason.intent}: {found}, taken back: {reason.taken_back}"
    return f"{reason.intent}: {found}"


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
