"""Lines, signatures, names, stages and more: what is wrong with them is refused when loaded, and named."""

from collections.abc import Mapping

import pytest

from tests.catalogue.conftest import Refusal
from tests.catalogue.edits import Edit, appends, in_item, replaces, writes

_LINE = {
    "id": "zed",
    "name": "Zed",
    "number": "01632 960 999",
    "hours": "always",
    "nations": ["wales"],
    "source": "project",
    "checked": "",
    "withhold_after": "2027-05-23",
    "use": "true",
}
_REVIEW = {
    "id": "urgent",
    "version": "0123456789ab",
    "reviewer": "Dr Ade",
    "role": "Consultant",
    "on": "2026-12-01",
    "due": "2027-06-01",
}


def _table(kind: str, values: Mapping[str, object], changed: Mapping[str, object]) -> str:
    """Write a table; None leaves a key out, and true and false stand bare."""
    given = {**values, **changed}
    lines = [
        f"{key} = {value}"
        if value in ("true", "false") or not isinstance(value, str)
        else f'{key} = "{value}"'
        for key, value in given.items()
        if value is not None
    ]
    return "\n".join([f"[[{kind}]]", *lines])


def a_line(**changed: object) -> Edit:
    return appends(_table("line", _LINE, changed))


def a_review(**changed: object) -> Edit:
    return writes(_table("review", _REVIEW, changed))


def a_name(words: str, name: str = "zed", near: str = "donor") -> Edit:
    return appends(f'[[name]]\nid = "{name}"\nnear = "{near}"\nwords = [{words}]')


def a_ground(words: str, more: str = "", ground: str = "zed") -> Edit:
    return appends(f'[[ground]]\nid = "{ground}"\nwords = [{words}]\ntext = "Z."\nsource = "project"\n{more}')


def refused(refusal: Refusal, name: str, edit: Edit, item: str, problem: str) -> None:
    message = refusal(name, edit)

    file, named, said = message.split(": ", 2)
    assert file.endswith(".toml")
    assert named == item, message
    assert problem in said, message


@pytest.mark.parametrize(
    ("edit", "item", "problem"),
    [
        *(
            pytest.param(
                a_line(**{key: None}), "-" if key == "id" else "zed", f"has no {key}", id=f"no {key}"
            )
            for key in _LINE
        ),
        pytest.param(a_line(by="me"), "zed", "a key nothing reads: by", id="a key too many"),
        pytest.param(a_line(id="samaritans"), "samaritans", "stands twice", id="twice"),
        pytest.param(
            a_line(nations=["cornwall"]), "zed", "nations: no such id: cornwall", id="no such nation"
        ),
        pytest.param(a_line(nations="wales"), "zed", "nations must be a list", id="a nation for a list"),
        pytest.param(a_line(use="yes"), "zed", "use must be a bool", id="yes for true"),
        pytest.param(a_line(number=111), "zed", "number must be a str", id="a bare number"),
        pytest.param(a_line(source="hearsay"), "zed", "no source 'hearsay'", id="unknown source"),
        pytest.param(
            a_line(checked="last week"),
            "zed",
            "checked is 'last week'; write a day as 2027-05-23",
            id="no day",
        ),
        pytest.param(a_line(withhold_after="23 May"), "zed", "withhold_after is '23 May'", id="no such day"),
        pytest.param(
            a_line(checked="2027-02-30"), "zed", "checked is '2027-02-30'", id="a day that is not there"
        ),
    ],
)
def test_a_line_that_is_wrong_is_refused(refusal: Refusal, edit: Edit, item: str, problem: str) -> None:
    refused(refusal, "lines", edit, item, problem)


@pytest.mark.parametrize(
    ("edit", "item", "problem"),
    [
        *(
            pytest.param(
                a_review(**{key: None}), "-" if key == "id" else "urgent", f"has no {key}", id=f"no {key}"
            )
            for key in _REVIEW
        ),
        pytest.param(a_review(by="me"), "urgent", "a key nothing reads: by", id="a key too many"),
        pytest.param(a_review(on=""), "urgent", "on must be a day", id="no day"),
        pytest.param(a_review(due=""), "urgent", "due must be a day", id="no day to look again"),
        pytest.param(a_review(due="soon"), "urgent", "due is 'soon'; write a day", id="soon"),
        pytest.param(a_review(version=7), "urgent", "version must be a str", id="a number for a version"),
        pytest.param(writes("reviewed = true"), "-", "has no review", id="no signatures"),
        pytest.param(writes("[[review]"), "-", "is not TOML", id="not TOML"),
    ],
)
def test_a_signature_that_is_wrong_is_refused(refusal: Refusal, edit: Edit, item: str, problem: str) -> None:
    refused(refusal, "reviews", edit, item, problem)


@pytest.mark.parametrize(
    ("name", "edit", "item", "problem"),
    [
        pytest.param("locked", a_name(""), "zed", "needs words", id="a locked name nobody can text"),
        pytest.param("locked", a_name('"..."'), "zed", "a word without a letter", id="a word of dots"),
        pytest.param("locked", a_name('"ZED"', near="blina"), "zed", "near 'blina' is not one of", id="near"),
        pytest.param(
            "locked", replaces('near = "donor"', ""), "haplo", "has no near", id="near no treatment at all"
        ),
        pytest.param("locked", a_name('"BLINA"'), "BLINA", "means blinatumomab already", id="an alias"),
        pytest.param("locked", a_name('"more"'), "MORE", "means more already", id="a command"),
        pytest.param("locked", a_name('"End"'), "END", "means the carrier already", id="the carrier's"),
        pytest.param("locked", a_name('"etoposide"'), "ETOPOSIDE", "means nelarabine.etoposide", id="a part"),
        pytest.param("locked", a_name('"relapse"'), "RELAPSE", "means relapsed already", id="the ground"),
        pytest.param("locked", a_name('"dli"'), "DLI", "means dli already", id="another locked name"),
        pytest.param(
            "locked", a_name('"ZED"', "dli"), "dli", "this id stands in locked.toml", id="an id twice"
        ),
        pytest.param(
            "locked",
            a_name('"ZED"', "relapsed"),
            "relapsed",
            "this id stands in ground.toml already",
            id="an id of the ground, whose text it would get",
        ),
        pytest.param("ground", a_ground(""), "zed", "needs words", id="a ground nobody can text"),
        pytest.param(
            "ground", a_ground('"coping"', ground="coping"), "COPING", "means coping", id="a command"
        ),
        pytest.param(
            "ground",
            a_ground('"donor"', ground="donor"),
            "DONOR",
            "means donor already",
            id="an alias of that id",
        ),
        pytest.param("ground", a_ground('"ZED"', "depth = 1"), "zed", "reads: depth", id="a key too many"),
        pytest.param(
            "ground",
            a_ground('"ZED"', ground="q.cure"),
            "q.cure",
            "this id stands in ground.toml already",
            id="a ground with a question's id",
        ),
        pytest.param(
            "ground",
            in_item("family", "source-document", "hearsay"),
            "family",
            "no source 'hearsay'",
            id="source",
        ),
        pytest.param(
            "ground",
            in_item("family", 'text = "', 'text = "{clinic}: '),
            "family",
            "nothing fills {clinic}",
            id="a ground that asks for the clinic",
        ),
        pytest.param(
            "treatments/flag-ida",
            in_item("flag-ida.g-csf", "words =", "aliases ="),
            "flag-ida.g-csf",
            "has no words",
            id="a part without words",
        ),
        pytest.param(
            "treatments/flag-ida",
            in_item("flag-ida.g-csf", '"GCSF"', '"GCSF", "KYMRIAH"'),
            "KYMRIAH",
            "means tisagenlecleucel already",
            id="a part with another treatment's word",
        ),
        pytest.param(
            "treatments/flag-ida",
            in_item("flag-ida.g-csf", '"GCSF"', '"GCSF", "IDARUBICIN"'),
            "IDARUBICIN",
            "already",
            id="two parts with one word",
        ),
    ],
)
def test_a_name_that_is_wrong_or_means_something_already_is_refused(
    refusal: Refusal, name: str, edit: Edit, item: str, problem: str
) -> None:
    refused(refusal, name, edit, item, problem)


@pytest.mark.parametrize(
    ("name", "edit", "item", "problem"),
    [
        pytest.param(
            "treatments/blinatumomab",
            in_item("blinatumomab.about", 'depth = "less"', ""),
            "blinatumomab.about",
            "has no depth",
            id="an about without a depth",
        ),
        pytest.param(
            "treatments/blinatumomab",
            in_item("blinatumomab.about", 'depth = "less"', 'depth = "short"'),
            "blinatumomab.about",
            "depth 'short' is not one of less, standard, full",
            id="an about of no such depth",
        ),
        pytest.param(
            "treatments/ponatinib",
            replaces("say_source", "#"),
            "ponatinib",
            "say and say_source belong together",
            id="how to say it, from nobody",
        ),
        pytest.param(
            "treatments/ponatinib",
            replaces("say =", "#"),
            "ponatinib",
            "say and say_source belong together",
            id="a source for saying nothing",
        ),
        pytest.param(
            "treatments/ponatinib",
            replaces('say_source = "chemocare"', 'say_source = "hearsay"'),
            "ponatinib",
            "no source 'hearsay'",
            id="how to say it, from an unknown source",
        ),
        pytest.param(
            "treatments/ponatinib",
            replaces('say = "poe-NA-ti-nib"', "say = 7"),
            "ponatinib",
            "say must be a str",
            id="a number to say",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", 'stages = ["choosing", ', 'stages = ["choice", '),
            "q.cure",
            "stages: no such id: choice",
            id="an unknown stage",
        ),
        pytest.param(
            "questions", in_item("q.cure", "stages =", "# "), "q.cure", "has no stages", id="no stages"
        ),
        pytest.param(
            "questions",
            in_item("q.cure", 'push = "', 'push = " "\n#'),
            "q.cure",
            "is empty",
            id="an empty push",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", 'push = "', 'push = "{clinic}: '),
            "q.cure",
            "nothing fills {clinic}",
            id="a push wording that asks for the clinic",
        ),
        pytest.param(
            "replies",
            in_item("urgent", "text =", 'push = "Call."\ntext ='),
            "urgent",
            "a key nothing reads: push",
            id="a push wording nothing pushes",
        ),
        pytest.param(
            "coping",
            in_item("coping.waiting", 'situation = "waiting"', 'situation = "wating"'),
            "coping.waiting",
            "situation 'wating' is not one of waiting, before-admission",
            id="an unknown situation",
        ),
        pytest.param(
            "coping",
            in_item("coping.waiting", 'situation = "waiting"', ""),
            "coping.waiting",
            "has no situation",
            id="no situation",
        ),
        pytest.param(
            "prepare",
            in_item("ready.bone-marrow-test", '"bone-marrow-test"]', '"marrow"]'),
            "ready.bone-marrow-test",
            "types: no such id: marrow",
            id="getting ready for no such visit",
        ),
        pytest.param(
            "prepare",
            in_item("ready.bone-marrow-test", "types =", "for ="),
            "ready.bone-marrow-test",
            "has no types",
            id="getting ready for nothing",
        ),
        pytest.param(
            "prepare",
            in_item("ready.bone-marrow-test", 'text = "', 'text = "{when}: '),
            "ready.bone-marrow-test",
            "nothing fills {when}",
            id="getting ready asks for the time",
        ),
        pytest.param(
            "sources",
            in_item("project", "date =", "day ="),
            "project",
            "has no date",
            id="a source without a date",
        ),
        pytest.param(
            "sources",
            appends('[[source]]\nid = "project"\ntitle = "Another"\ndate = "undated"'),
            "project",
            "stands twice",
            id="a source twice",
        ),
        pytest.param(
            "replies",
            in_item("urgent", "{line:emergency}", "{line:emergncy}"),
            "urgent",
            "names the line 'emergncy', which lines.toml does not have in use",
            id="a line nobody listed",
        ),
        pytest.param(
            "replies",
            in_item("urgent", "{line:emergency}", "{line:lifeline-ni}"),
            "urgent",
            "names the line 'lifeline-ni'",
            id="a line that is not in use",
        ),
        pytest.param(
            "questions",
            in_item("q.cure", 'push = "', 'push = "{line:nobody} '),
            "q.cure",
            "names the line 'nobody'",
            id="an unknown line in a push wording",
        ),
        *(
            pytest.param(
                "replies",
                in_item("urgent", "{line:emergency}", written),
                "urgent",
                "has a curly bracket that is no placeholder",
                id=f"{written} for a line",
            )
            for written in ("{Line}", "{line:Emergency}", "{ line }", "{}", "{line", "line}", "{{line}}")
        ),
        pytest.param(
            "treatments/blinatumomab",
            replaces('"BLINA"', '"BLINA", "-"'),
            "blinatumomab",
            "aliases holds a word without a letter or digit",
            id="an alias that an empty text would be",
        ),
    ],
)
def test_a_key_of_a_text_that_is_wrong_is_refused(
    refusal: Refusal, name: str, edit: Edit, item: str, problem: str
) -> None:
    refused(refusal, name, edit, item, problem)
