"""Languages are folders: texts fall back to English one by one, and words are added to English's."""

from pathlib import Path

import pytest

from companion.catalogue import load_catalogue, load_languages
from companion.catalogue.signing import Signature, sign
from companion.domain.languages import Languages
from companion.domain.understanding import understand
from companion.errors import ContentError, InvalidInput, NotFound
from tests.catalogue.edits import Edit, appends, deletes, replaces, without_item, writes
from tests.catalogue.test_judging import TODAY
from tests.made_up import ZZ, a_copy, an_entry, made_up


@pytest.fixture
def folder(templates: Path, tmp_path: Path) -> Path:
    return a_copy(templates, tmp_path / "copy")


@pytest.fixture
def own(folder: Path) -> Path:
    """The folder of a language that may be chosen."""
    return made_up(folder)


def loaded(folder: Path, name: str, text: str) -> Languages:
    """Load with this in a file of the made-up language, which has nothing else."""
    file = folder / "sms" / ZZ / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return load_languages(folder)


def test_without_another_folder_there_is_english_alone(folder: Path) -> None:
    languages = load_languages(folder)

    assert languages.choosable == ("en",)
    assert (dict(languages.falls_back), dict(languages.lacks)) == ({}, {})


def test_a_folder_with_all_that_must_be_there_may_be_chosen(folder: Path, own: Path) -> None:
    languages = load_languages(folder)

    assert languages.choosable == ("en", ZZ)
    assert languages.lacks[ZZ] == ()
    assert languages.chosen(ZZ) == ZZ


def test_a_text_that_is_there_is_its_own_and_the_rest_is_english_and_listed(folder: Path) -> None:
    languages = loaded(folder, "replies.toml", an_entry("reply", "visit.none", "Zu {line}."))

    catalogue, english = languages.catalogues[ZZ], languages.english
    assert catalogue.language == ZZ
    assert catalogue.text("visit.none").text == "Zu {line}."
    assert catalogue.text("visit.next") == english.text("visit.next")
    assert set(languages.falls_back[ZZ]) == {i.id for i in english.everything()} - {"visit.none"}
    assert languages.english_in(ZZ) == frozenset(languages.falls_back[ZZ])


def test_what_a_text_is_for_comes_from_english(folder: Path) -> None:
    languages = loaded(folder, "questions.toml", an_entry("question", "q.cure", "Zu cu?"))

    (english,) = (q for q in languages.english.questions if q.item.id == "q.cure")
    (own,) = (q for q in languages.catalogues[ZZ].questions if q.item.id == "q.cure")
    assert (own.item.text, own.item.source) == ("Zu cu?", english.item.source)
    structure = ("depth", "treatments", "types", "stages", "rank", "heavy")
    assert [getattr(own, name) for name in structure] == [getattr(english, name) for name in structure]


def test_a_safety_text_stays_one(folder: Path) -> None:
    languages = loaded(folder, "replies.toml", an_entry("reply", "urgent", "Zu {line}."))

    assert languages.catalogues[ZZ].text("urgent").safety


@pytest.mark.parametrize(
    ("push", "pushed"), [({"push": "Zu pu?"}, "Zu pu?"), ({}, None)], ids=["own", "none"]
)
def test_a_question_never_stands_in_a_reminder_in_another_language_than_its_text(
    folder: Path, push: dict[str, str], pushed: str | None
) -> None:
    languages = loaded(folder, "questions.toml", an_entry("question", "q.money", "Zu mu?", **push))

    (question,) = (q for q in languages.catalogues[ZZ].questions if q.item.id == "q.money")
    (english,) = (q for q in languages.english.questions if q.item.id == "q.money")
    assert english.push is not None, "the test's own premise"
    assert question.push == pushed


def test_a_treatment_file_holds_only_what_it_says_otherwise(folder: Path) -> None:
    text = 'name = "Zublin"\naliases = ["ZUBLIN"]\n' + an_entry(
        "about", "blinatumomab.about", "Zublin zu. Reply QUESTIONS for zu."
    )
    languages = loaded(folder, "treatments/blinatumomab.toml", text)

    own, english = (languages.catalogues[c].treatment("blinatumomab") for c in (ZZ, "en"))
    assert (own.name, own.parent) == ("Zublin", english.parent)
    assert set(own.aliases) == {*english.aliases, "ZUBLIN"}
    assert [about.item.text.startswith("Zublin") for about in own.about] == [True] + [False] * (
        len(english.about) - 1
    )
    assert [about.depth for about in own.about] == [about.depth for about in english.about]


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("zuglow", "urgent"),
        ("I have a fever", "urgent"),
        ("zumurk zo", "distress"),
        ("I want to die", "distress"),
        ("zugone", "bereavement"),
        ("zuno texts", "opt_out"),
        ("hi zuno", "opt_out"),
        ("STOP", "opt_out"),
        ("stop texting me", "opt_out"),
        ("zuwrong", "wrong_number"),
        ("zuwhen", "next_appointment"),
        ("VISIT", "next_appointment"),
        ("blina", "treatment"),
    ],
)
def test_its_words_are_understood_and_so_are_the_english_ones(
    folder: Path, own: Path, said: str, intent: str
) -> None:
    assert understand(said, load_languages(folder).catalogues[ZZ].grammar).meaning.intent == intent


def test_its_words_mean_nothing_in_english(folder: Path, own: Path) -> None:
    assert understand("zuglow", load_languages(folder).english.grammar).meaning.intent == "free_text"


def test_english_lock_screen_words_stay_forbidden_beside_its_own(folder: Path, own: Path) -> None:
    screen = load_languages(folder).catalogues[ZZ].lock_screen

    assert screen.first_forbidden("Your chemotherapy") == "chemotherapy"
    assert screen.first_forbidden("zublood zu") == "zublood"


def test_dates_are_said_in_its_words(folder: Path, own: Path) -> None:
    assert load_languages(folder).catalogues[ZZ].dates.weekdays[0] == "Zumon"


def test_lines_and_sources_may_be_added(folder: Path, own: Path) -> None:
    line = (
        '[[line]]\nid = "zu-line"\nname = "Zu"\nnumber = "116 999"\nhours = "-"\nnations = ["wales"]\n'
        'source = "zu-source"\nchecked = ""\nwithhold_after = "2035-01-01"\nuse = true\n'
    )
    writes(line)(own / "lines.toml")
    writes('[[source]]\nid = "zu-source"\ntitle = "Zu"\ndate = "2026"')(own / "sources.toml")
    appends(an_entry("reply", "visit.none", "Zu {line:zu-line}.", source="zu-source"))(own / "replies.toml")

    languages = load_languages(folder)

    assert languages.catalogues[ZZ].text("visit.none").text == "Zu 116 999."
    assert "zu-line" not in languages.english.lines
    assert "zu-source" in languages.catalogues[ZZ].sources


def test_an_english_source_that_none_of_its_texts_has_is_not_one_of_its_sources(folder: Path) -> None:
    english = load_catalogue(folder)
    named = [item.source for item in english.everything()] + [x.source for x in english.lines.values()]
    alone = next(q.item for q in english.questions if named.count(q.item.source) == 1)

    languages = loaded(
        folder, "questions.toml", an_entry("question", alone.id, "Zu?", source="source-document")
    )

    assert alone.source not in languages.catalogues[ZZ].sources


_REPLY = an_entry("reply", "visit.none", "Zu {line}.")
SLIPS = [
    ("replies.toml", writes(an_entry("reply", "visit.nine", "Zu.")), "visit.nine: English has no such id"),
    ("replies.toml", writes(_REPLY + _REPLY), "visit.none: stands twice"),
    ("replies.toml", writes('[[reply]]\nid = "visit.none"\nclass = "safety"\n'), "nothing reads: class"),
    ("replies.toml", writes(an_entry("reply", "visit.none", "Zu.", txt="Zu.")), "nothing reads: txt"),
    ("replies.toml", writes('[[reply]]\nid = "visit.none"\nsource = "project"\n'), "source and no text"),
    ("replies.toml", writes(an_entry("reply", "visit.none", " ")), "visit.none: the text is empty"),
    ("replies.toml", writes(an_entry("reply", "visit.none", "Zu {Line}.")), "curly bracket"),
    ("replies.toml", writes(an_entry("reply", "visit.none", "Zu {when}.")), "nothing fills {when}"),
    ("replies.toml", writes(an_entry("reply", "urgent", "Zu.")), "urgent: leaves out {line}"),
    ("replies.toml", writes(an_entry("reply", "visit.none", "Zu.", source="zu")), "no source 'zu'"),
    ("replies.toml", writes(an_entry("replies", "visit.none", "Zu.")), "nothing reads: replies"),
    ("replies.toml", writes("= zu"), "is not TOML"),
    ("reminders.toml", writes(an_entry("push", "push.minimal", "Zu.")), "push.minimal: leaves out {when}"),
    ("reminders.toml", writes("pushes_per_day = 3"), "pushes_per_day is English's to say"),
    ("reminders.toml", writes(an_entry("push", "push.heads-up", "Zu chemo {when}.")), "says 'chemo'"),
    ("questions.toml", writes(an_entry("question", "q.cure", "Zu?", depth="less")), "depth is English's"),
    ("questions.toml", writes('[[question]]\nid = "q.cure"\npush = "Zu?"\n'), "has push and no text"),
    ("kinds.toml", writes(an_entry("kind", "zu", "zu")), "zu: English has no such id"),
    ("keywords.toml", appends('[carrier]\nopt_out = ["ZU"]'), "[carrier] is English's alone"),
    ("keywords.toml", appends('[[command]]\nintent = "coping"\nwords = ["QUESTIONS"]'), "means"),
    ("keywords.toml", replaces("urgent", "urgnet"), "nothing reads: urgnet"),
    ("locked.toml", writes('[[name]]\nid = "obe-cel"\nwords = ["BLINA"]'), "BLINA: means"),
    ("lines.toml", writes('[[line]]\nid = "samaritans"\nnumber = "1"'), "samaritans: stands in the English"),
    ("dates.toml", writes('weekdays = ["Zu"]'), "dates.toml: -: has no months"),
    ("replys.toml", writes(_REPLY), "is a file nothing reads"),
]


@pytest.mark.parametrize(("name", "edit", "problem"), SLIPS, ids=[f"{s[0]} {s[2]}" for s in SLIPS])
def test_a_slip_is_refused_with_folder_file_and_item(
    folder: Path, own: Path, name: str, edit: Edit, problem: str
) -> None:
    edit(own / name)

    with pytest.raises(ContentError) as refused:
        load_languages(folder)

    assert str(refused.value).startswith(f"{ZZ}/{name}: ")
    assert problem in str(refused.value)
    with pytest.raises(ContentError, match=rf"^{ZZ}/{name}: "):
        load_catalogue(folder, ZZ)


def test_a_folder_must_be_called_by_the_code_of_a_language(folder: Path) -> None:
    (folder / "sms" / "Zumish").mkdir()

    with pytest.raises(ContentError, match=r"^Zumish: -: is no code of a language"):
        load_languages(folder)


def test_what_an_editor_leaves_behind_is_no_language(folder: Path) -> None:
    (folder / "sms" / ".idea").mkdir()

    assert list(load_languages(folder).catalogues) == ["en"]


LACKS = [
    *(
        (f"replies.toml {item}", "replies.toml", without_item(item, "reply"), item)
        for item in (
            "urgent",
            "distress",
            "distress.scotland",
            "not-understood",
            "not-understood.watched",
            "help",
            "stopped",
            "resume.done",
            "bereavement",
            "wrong-number",
            "unknown-number",
            "welcome",
            "welcome-2",
        )
    ),
    *(
        (f"keywords {key}", "keywords.toml", replaces(f'{key} = ["{word}"]', ""), f"keywords.toml {key}")
        for key, word in (
            ("urgent", "ZUGLOW"),
            ("distress", "ZUMURK"),
            ("bereavement", "ZUGONE"),
            ("wrong_number", "ZUWRONG"),
            ("opt_out", "ZUNO TEXTS"),
        )
    ),
    ("no keywords of a kind", "keywords.toml", replaces('["ZUGLOW"]', "[]"), "keywords.toml urgent"),
    ("no privacy file", "privacy.toml", deletes, "privacy.toml"),
    ("an empty privacy list", "privacy.toml", writes("not_on_a_lock_screen = []"), "privacy.toml"),
    ("no dates", "dates.toml", deletes, "dates.toml"),
]


@pytest.mark.parametrize(("name", "edit", "lacking"), [case[1:] for case in LACKS], ids=[c[0] for c in LACKS])
def test_a_language_that_lacks_what_must_be_there_is_used_by_nobody_new(
    folder: Path, own: Path, name: str, edit: Edit, lacking: str
) -> None:
    edit(own / name)

    languages = load_languages(folder)

    assert languages.lacks[ZZ] == (lacking,)
    assert languages.choosable == ("en",)
    with pytest.raises(InvalidInput, match=f"zz cannot be chosen yet, because it still lacks: {lacking}"):
        languages.chosen(ZZ)


def test_a_language_nobody_wrote_is_not_there(folder: Path, own: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no language xx\. Choose one of: en, zz"):
        load_languages(folder).chosen("xx")


def test_a_signature_is_under_the_words_of_one_language(folder: Path, own: Path) -> None:
    dr = Signature("Dr A", "haematologist", TODAY)
    sign(folder, ["urgent", "visit.none"], dr)
    english_only = load_languages(folder).catalogues[ZZ]
    sign(folder, ["urgent"], dr, ZZ)

    both = load_languages(folder)

    assert english_only.text("urgent").status == "draft"
    assert english_only.text("visit.none").status == "reviewed", "it is the English text that was signed"
    assert both.catalogues[ZZ].text("urgent").status == "reviewed"
    assert both.english.text("urgent").status == "reviewed"


def test_a_text_that_is_english_there_is_signed_in_english(folder: Path, own: Path) -> None:
    with pytest.raises(InvalidInput, match=r"visit\.none is English in zz; sign it without --language"):
        sign(folder, ["urgent", "visit.none"], Signature("Dr A", "haematologist", TODAY), ZZ)

    assert not (own / "reviews.toml").exists()


def test_a_word_for_a_part_or_a_locked_name_is_added(folder: Path, own: Path) -> None:
    writes('[[ground]]\nid = "relapsed"\nwords = ["ZUBACK"]')(own / "ground.toml")
    writes('[[name]]\nid = "obe-cel"\nwords = ["ZUBE"]')(own / "locked.toml")

    catalogue = load_languages(folder).catalogues[ZZ]

    assert understand("zuback", catalogue.grammar).meaning.slot == "relapsed"
    assert understand("relapsed", catalogue.grammar).meaning.slot == "relapsed"
    assert understand("zube", catalogue.grammar).meaning.slot == "obe-cel"
    assert "relapsed" in load_languages(folder).falls_back[ZZ], "it has words and no text of its own"
