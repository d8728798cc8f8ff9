"""Ways to spoil a copy of the files, each as a slip of the pen would."""

from collections.abc import Callable
from pathlib import Path

Edit = Callable[[Path], None]


def replaces(old: str, new: str, count: int = 1) -> Edit:
    def edit(file: Path) -> None:
        text = file.read_text("utf-8")
        assert old in text, "the test's own premise"
        file.write_text(text.replace(old, new, count), "utf-8")

    return edit


def in_item(item: str, old: str, new: str) -> Edit:
    """Edit the first `old` behind the item's id."""

    def edit(file: Path) -> None:
        text = file.read_text("utf-8")
        start = text.index(f'id = "{item}"')
        assert old in text[start:], "the test's own premise"
        file.write_text(text[:start] + text[start:].replace(old, new, 1), "utf-8")

    return edit


def in_turn(*edits: Edit) -> Edit:
    def edit(file: Path) -> None:
        for each in edits:
            each(file)

    return edit


def writes(text: str) -> Edit:
    """Write the file anew, whether or not it is there."""

    def edit(file: Path) -> None:
        file.write_text(f"{text}\n", "utf-8")

    return edit


def appends(text: str) -> Edit:
    def edit(file: Path) -> None:
        file.write_text(f"{file.read_text('utf-8')}\n{text}\n", "utf-8")

    return edit


def prepends(text: str) -> Edit:
    def edit(file: Path) -> None:
        file.write_text(f"{text}\n{file.read_text('utf-8')}", "utf-8")

    return edit


def without_item(item: str, table: str) -> Edit:
    def edit(file: Path) -> None:
        blocks = file.read_text("utf-8").split(f"[[{table}]]")
        kept = [block for block in blocks if f'id = "{item}"' not in block]
        assert len(kept) == len(blocks) - 1, "the test's own premise"
        file.write_text(f"[[{table}]]".join(kept), "utf-8")

    return edit


def deletes(file: Path) -> None:
    file.unlink()


def is_latin_1(file: Path) -> None:
    file.write_bytes(b'\xe9 = "e"\n')
