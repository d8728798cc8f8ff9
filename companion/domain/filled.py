"""What staff write into a field."""

from companion.errors import InvalidInput


def filled(text: str, what: str) -> str:
    """Return the text in single spaces; raises InvalidInput naming `what` if it is empty or too long."""
    text = " ".join(text.split())
    if not text or len(text) > 200:
        raise InvalidInput(f"The {what} must be between 1 and 200 letters.")
    return text
