"""What may stand on a lock screen: whole words, any spelling of the gaps between them."""

import pytest

from companion.domain.catalogue import Catalogue
from companion.domain.privacy import LockScreen

SCREEN = LockScreen(("cancer*", "car t", "flag ida", "stem cell*", "die", "results", "t cell*"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("cancer", "cancer", id="the word"),
        pytest.param("CANCER", "cancer", id="in capitals"),
        pytest.param("Is it cancerous?", "cancerous", id="a star is any ending"),
        pytest.param("my cancer's back", "cancer", id="with an apostrophe"),
        pytest.param("my cancer\u2019s back", "cancer", id="with a curly apostrophe"),
        pytest.param("(cancer)", "cancer", id="in brackets"),
        pytest.param("ask_cancer_team", "cancer", id="underscores are gaps"),
        pytest.param("CAR-T", "car t", id="hyphen"),
        pytest.param("car t", "car t", id="space"),
        pytest.param("Car  T", "car t", id="two spaces"),
        pytest.param("car\nT", "car t", id="line break"),
        pytest.param("CAR\u2013T", "car t", id="dash"),
        pytest.param("CAR\u2011T cells", "car t", id="no-break hyphen"),
        pytest.param("FLAG-IDA on Monday", "flag ida", id="a name with a hyphen"),
        pytest.param("my stem-cells", "stem cells", id="a star after two words"),
        pytest.param("will I die", "die", id="a short word"),
        pytest.param("die", "die", id="a short word alone"),
        pytest.param("Results.", "results", id="before a stop"),
    ],
)
def test_a_forbidden_word_is_found(text: str, found: str) -> None:
    assert SCREEN.first_forbidden(text) == found
    assert not SCREEN.allows(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("my diet", id="without a star no ending counts"),
        pytest.param("Eddie", id="inside a word"),
        pytest.param("the result is in", id="the singular was not listed"),
        pytest.param("a scar this big", id="the end of one word and the start of the next"),
        pytest.param("car to the clinic", id="a word that only begins with t"),
        pytest.param("all my questions", id="all is a word, whatever the illness is called"),
        pytest.param("mistcell", id="no gap at all"),
        pytest.param("stem of the cellar", id="words apart"),
        pytest.param("\U0001f600", id="emoji"),
    ],
)
def test_other_words_may_stand(text: str) -> None:
    assert SCREEN.allows(text)


def test_the_first_in_the_text_is_named() -> None:
    assert SCREEN.first_forbidden("results of the cancer test") == "results"


@pytest.mark.parametrize(
    "text",
    [
        "leukaemia", "LEUKEMIA", "cancer", "relapsed", "remission", "haematology", "oncologist",
        "chemo", "chemotherapy", "radiotherapy", "TBI", "transplant", "stem cell", "bone-marrow", "marrow",
        "donor", "CAR-T", "car t cells", "CART", "apheresis", "antibodies", "MAB", "TKIs", "trial",
        "nelarabine", "FLAG-IDA", "blinatumomab", "Blincyto", "inotuzumab", "Besponsa", "imatinib",
        "dasatinib", "Sprycel", "ponatinib", "Iclusig", "tisagenlecleucel", "Kymriah",
        "cyclophosphamide", "etoposide", "fludarabine", "cytarabine", "G-CSF", "idarubicin",
        "lumbar puncture", "biopsy", "blood test", "results", "infusion", "conditioning", "day unit",
        "ward 7", "hospice", "palliative", "fertility", "counselling", "symptom control",
    ],
)  # fmt: skip
def test_the_real_list_holds_the_illness_the_treatments_and_the_kinds_of_visit(
    catalogue: Catalogue, text: str
) -> None:
    assert not catalogue.lock_screen.allows(f"About {text} please"), text


@pytest.mark.parametrize(
    "text",
    [
        "You have a visit on Tuesday 30 March at 9:30am.",
        "Reply VISIT for details, or LIST.",
        "What side effects could I get, and who do I call?",
        "Can someone come with me to the clinic or hospital?",
        "Are all my tests on one day?",
        "Who is my team, and what is my treatment?",
        "Who changes the bag on my pump, and is there a card to carry?",
    ],
)
def test_the_real_list_leaves_room_to_speak(catalogue: Catalogue, text: str) -> None:
    assert catalogue.lock_screen.first_forbidden(text) is None
