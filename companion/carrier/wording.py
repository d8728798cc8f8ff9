"""The network's own answers, from `templates/pages/phone/network.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from companion.errors import ContentError

_FILE = "pages/phone/network.toml"


@dataclass(frozen=True)
class NetworkWording:
    """What the network itself says to a phone after STOP, START and HELP."""

    stop: str
    start: str
    help: str


def load_wording(templates: Path) -> NetworkWording:
    """Read the wording. Raises ContentError when a sentence is missing or the file cannot be read."""
    try:
        answers = tomllib.loads((templates / _FILE).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ContentError.at(_FILE, "the file", "cannot be read as TOML") from error
    return NetworkWording(*(_sentence(answers, name) for name in ("stop", "start", "help")))


def _sentence(answers: dict[str, object], name: str) -> str:
    sentence = answers.get(name)
    if not isinstance(sentence, str) or not sentence.strip():
        raise ContentError.at(_FILE, name, "needs a sentence")
    return sentence.strip()
