"""What people text is refused when it is loaded, not at the first text: the place, the phrase, the remedy."""

import pytest

from tests.catalogue.conftest import Refusal
from tests.catalogue.edits import appends, replaces

_COMMAND = '[[command]]\nintent = "coping"\nwords = []\n'


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        pytest.param("FEEL $mood", "names $mood, which there is not; add it under [classes]", id="a class"),
        pytest.param("FEEL < LOW", "has a < or > in its middle", id="a beginning in the middle"),
        pytest.param("FEEL|> LOW", "has a < or > in its middle", id="an end in the middle"),
        pytest.param("FEEL? LOW?", "holds no word that must be there", id="nothing but what may be missing"),
        pytest.param("", "holds no word that must be there", id="nothing"),
        pytest.param("< >", "holds no word that must be there", id="a beginning and an end"),
        pytest.param("FEEL ..", "has .. where no word follows", id="a gap at the end"),
        pytest.param("FEEL .. ..3 LOW", "has .. where no word follows", id="two gaps"),
        pytest.param("FEEL ..x LOW", "has ..x where no word follows", id="a gap of no number"),
        pytest.param(".. LOW", "begins with ..", id="a gap at the beginning"),
        pytest.param("can't cope", 'holds "can\'t"; write a word in capitals', id="an apostrophe"),
        pytest.param("feel low", "holds 'feel'; write a word in capitals", id="small letters"),
        pytest.param("FEEL||SAD LOW", "holds ''; write a word in capitals", id="nothing between two bars"),
        pytest.param("FEEL-LOW", "holds 'FEEL-LOW'; write a word", id="a hyphen"),
    ],
)
@pytest.mark.parametrize("key", ["phrases", "unless"])
def test_a_phrase_that_cannot_be_read_is_refused_and_named(
    refusal: Refusal, key: str, phrase: str, says: str
) -> None:
    told = refusal("keywords", appends(f'{_COMMAND}{key} = ["LOW ONE", "{phrase}"]'))

    group = "unless coping" if key == "unless" else "coping"
    assert told.startswith(f"keywords.toml: {group}: {phrase!r} ")
    assert says in told


@pytest.mark.parametrize(
    ("list_", "group"),
    [
        ("[safety]\nurgent = [", "urgent"),
        ("\ndistress = [", "distress"),
        ("\nnot_distress = [", "unless distress"),
        ("\nbereavement = [", "bereavement"),
        ("\nopt_out = [\n", "opt_out"),
        ("\nwrong_number = [", "wrong_number"),
        ("\nsigns = [", "denial signs"),
        ("\nafter = [", "denial after"),
        ("\nasking = [", "denial asking"),
        ("\nhaving = [", "denial having"),
    ],
)
def test_every_list_of_phrases_is_read(refusal: Refusal, list_: str, group: str) -> None:
    told = refusal("keywords", replaces(list_, f'{list_}"$nobody",'))

    assert told.startswith(f"keywords.toml: {group}: '$nobody' ")


@pytest.mark.parametrize(
    ("old", "new", "item", "says"),
    [
        pytest.param(
            "[autocorrected]",
            '[autocorrected]\nPONY = "PONIES"',
            "PONY",
            "reads it as 'PONIES', which names no treatment",
            id="a name nobody has",
        ),
        pytest.param(
            "[autocorrected]",
            "[autocorrected]\nPONY = 1",
            "-",
            "PONY must be a str",
            id="a name of no letters",
        ),
        pytest.param(
            "[classes]",
            '[classes]\nmood = ["LOW", "so so"]',
            "-",
            "holds 'so so'",
            id="a class with two words",
        ),
        pytest.param(
            "[spellings]",
            '[spellings]\n"PONY" = ["CNT"]',
            "-",
            "CNT is read as PONY and as CANT",
            id="a spelling of two words",
        ),
        pytest.param(
            'treatment = "no-treatment"',
            'treatment = "pony-rides"',
            "treatment",
            "there is no treatment pony-rides",
            id="a command for no treatment",
        ),
    ],
)
def test_a_word_that_leads_nowhere_is_refused(
    refusal: Refusal, old: str, new: str, item: str, says: str
) -> None:
    told = refusal("keywords", replaces(old, new))

    assert told.startswith(f"keywords.toml: {item}: ")
    assert says in told


@pytest.mark.parametrize("name", ["ordinary-words.txt", "first-names.txt"])
def test_a_list_of_words_that_is_missing_is_refused(refusal: Refusal, name: str) -> None:
    told = refusal("keywords", lambda file: (file.parent / name).unlink())

    assert told.startswith(f"{name}: -: cannot be read")
