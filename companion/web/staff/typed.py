"""What was typed into a form: in single spaces, and numbers a database can hold."""

from datetime import date

from flask import request

_LONGEST = 200
#: What a database holds as a whole number.
LARGEST = 2**31 - 1


def words(name: str, most: int = _LONGEST) -> str:
    """Return a field in single spaces, shortened to `most` letters and one, so that too long is seen."""
    return " ".join(request.values.get(name, "").split())[: most + 1]


def whole(text: str) -> int | None:
    """Read a whole number from 0 on; None for anything else."""
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit() or len(plain) > len(str(LARGEST)):
        return None
    return found if (found := int(plain)) <= LARGEST else None


def decimal(text: str) -> float | None:
    """Read a number such as 1 or 0.5; None for anything else, infinity among it."""
    left, _, right = text.strip().partition(".")
    if not left.isascii() or not left.isdigit() or len(left) > 6:
        return None
    plain = not right or (right.isascii() and right.isdigit() and len(right) <= 6)
    return float(f"{left}.{right or 0}") if plain else None


def day(text: str) -> date | None:
    """Read what a browser sends for a date, `2027-03-29`; None for anything else."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None


def day_of_parts(prefix: str) -> date | None:
    """Read a date from three fields: day, month and year."""
    parts = [whole(request.form.get(f"{prefix}-{part}", "")) for part in ("year", "month", "day")]
    if None in parts:
        return None
    year, month, day_of_month = (part or 0 for part in parts)
    try:
        found = date(year, month, day_of_month)
    except (ValueError, OverflowError):
        return None
    return found if 2000 <= found.year < 2200 else None
