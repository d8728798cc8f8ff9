"""What was changed in a text, word by word."""

import pytest

from companion.domain.word_difference import difference


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("Call us.", "Call us.", [("same", "Call us.")]),
        ("", "Call us.", [("put-in", "Call us.")]),
        ("Call us.", "", [("taken-out", "Call us.")]),
        (
            "Come to door 3 now.",
            "Come to door 4 now.",
            [("same", "Come to door "), ("taken-out", "3"), ("put-in", "4"), ("same", " now.")],
        ),
        (
            "Ask how long to allow here.",
            "Ask when to come here.",
            [
                ("same", "Ask "),
                ("taken-out", "how long to allow"),
                ("put-in", "when to come"),
                ("same", " here."),
            ],
        ),
        (
            "Red: ask the nurse on the ward now.",
            "Blue: ask the nurse on the ward later.",
            [
                ("taken-out", "Red:"),
                ("put-in", "Blue:"),
                ("same", " ask the nurse on the ward "),
                ("taken-out", "now."),
                ("put-in", "later."),
            ],
        ),
        ("A b", "A\nb", [("same", "A"), ("taken-out", " "), ("put-in", "\n"), ("same", "b")]),
    ],
    ids=[
        "nothing",
        "the same",
        "new",
        "gone",
        "one word",
        "a word between two",
        "words between two",
        "a line",
    ],
)
def test_what_changed_is_told_word_by_word(before: str, after: str, pieces: list[tuple[str, str]]) -> None:
    found = difference(before, after)

    assert [(piece.kind, piece.words) for piece in found] == pieces
    assert "".join(piece.words for piece in found if piece.kind != "put-in") == before
    assert "".join(piece.words for piece in found if piece.kind != "taken-out") == after
