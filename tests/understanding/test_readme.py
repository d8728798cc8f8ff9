"""What templates/sms/README.md tells those who write phrases is so."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.lexicon import Command
from companion.domain.understanding import Grammar, Idiom, understand
from companion.domain.understanding.heard import hear

_README = Path(__file__).parents[2] / "templates" / "sms" / "README.md"


def _rows() -> list[tuple[str, str, str, str]]:
    table = _README.read_text("utf-8").partition("| Sign | It means |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    return [(_plain(sign), _plain(phrase), found, lost) for sign, _, phrase, found, lost in rows]


def _plain(cell: str) -> str:
    return unescape(re.sub(r"</?code>|`", "", cell))


def _grammar(catalogue: Catalogue, *commands: Command) -> Grammar:
    idiom = Idiom(replace(catalogue.lexicon, commands=commands))
    return Grammar(idiom, catalogue.grammar.names)


@pytest.mark.parametrize(("sign", "phrase", "found", "lost"), _rows(), ids=[row[0] for row in _rows()])
def test_each_sign_finds_its_example_and_not_the_other(
    catalogue: Catalogue, sign: str, phrase: str, found: str, lost: str
) -> None:
    grammar = _grammar(catalogue, Command("coping", (), phrases=(phrase,)))

    assert sign == "(none)" or sign in phrase or sign == "..6"
    assert hear(found, grammar).said("coping")
    assert not hear(lost, grammar).said("coping")


def test_every_sign_has_its_example() -> None:
    assert [row[0] for row in _rows()] == [
        "(none)", "|", "?", "..", "..6", "//", "$", "#", "#FEVER", "@", "<", ">"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "intent"),
    [("feeling so low", "coping"), ("we are feeling low on milk", "free_text"), ("cope", "coping")],
)
def test_the_example_of_a_command_does_what_is_said_of_it(
    catalogue: Catalogue, text: str, intent: str
) -> None:
    command = Command(
        "coping", ("COPING", "COPE"), phrases=("FEEL|FEELING ..2 LOW|SAD",), unless=("LOW ON ..2 MILK",)
    )

    assert understand(text, _grammar(catalogue, command)).meaning.intent == intent


def test_the_text_that_is_tried_means_what_is_printed(catalogue: Catalogue) -> None:
    found = understand("no fever today but I feel low", catalogue.grammar)

    assert [meaning.intent for meaning in found.all] == ["coping"]
