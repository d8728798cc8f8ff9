"""Phone lines named inside a text as `{line:samaritans}`, so that each number stands in one place alone."""

import re
from collections.abc import Iterable, Mapping

from companion.domain.items import SupportLine

_LINE = re.compile(r"\{line:([a-z0-9-]+)\}")
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")


def named_lines(
    wording: str, lines: Mapping[str, SupportLine]
) -> tuple[tuple[SupportLine, ...], tuple[str, ...]]:
    """Return the lines the wording names, and the ids it names that are unknown or not in use."""
    ids = _LINE.findall(wording)
    found = tuple(lines[line_id] for line_id in ids if line_id in lines and lines[line_id].use)
    return found, tuple(line_id for line_id in ids if line_id not in lines or not lines[line_id].use)


def with_numbers(wording: str, lines: Mapping[str, SupportLine]) -> str:
    """Return the wording with the number of each line it names; raises KeyError for an unknown line."""
    return _LINE.sub(lambda match: lines[match.group(1)].number, wording)


def with_names(wording: str, lines: Iterable[SupportLine]) -> str:
    """Return the wording as it is written: `{line:samaritans}` for the number of each of these lines."""
    for line in lines:
        wording = wording.replace(line.number, f"{{line:{line.id}}}")
    return wording


def has_stray_bracket(wording: str) -> bool:
    """Say whether a curly bracket stands there that fills nothing: `{Line}` would be sent as it stands."""
    return re.search(r"[{}]", _PLACEHOLDER.sub("", _LINE.sub("", wording))) is not None
