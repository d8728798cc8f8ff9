"""
The words a carrier acts on by itself when they are the whole text.

Source: Twilio's default English opt-out, opt-in and help words for long codes
(twilio.com/docs/messaging/tutorials/advanced-opt-out). A second word switches all of it off.
"""

from typing import Literal

KeywordKind = Literal["stop", "start", "help"]

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})


def keyword_kind(body: str) -> KeywordKind | None:
    """Say what the carrier does with this text by itself; None for anything but one lone word."""
    word = body.strip().upper() if body.isascii() else ""  # upper() turns a long s into S
    if word in STOP_WORDS:
        return "stop"
    if word in START_WORDS:
        return "start"
    return "help" if word in HELP_WORDS else None
