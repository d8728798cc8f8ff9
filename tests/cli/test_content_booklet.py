"""The review booklet: whole, self-contained, linked, escaped, and plain about what is not signed."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from companion.catalogue.rules import read_own_rules, with_own_rules
from companion.cli.booklet import render_booklet
from companion.domain.catalogue import Catalogue
from companion.domain.items import Item, Review
from companion.domain.showing import booklet

TODAY = date(2026, 11, 23)


class Page(HTMLParser):
    """The elements of a page, and the words under each text's own id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cards: dict[str, str] = {}
        self._card = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "article":
            self._card = dict(attrs)["id"] or ""
            self.cards[self._card] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._card = ""

    def handle_data(self, data: str) -> None:
        if self._card:
            self.cards[self._card] += data

    def values(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.elements if (value := attrs.get(attribute)) is not None]


def page_of(catalogue: Catalogue, templates: Path, today: date = TODAY) -> Page:
    return Page(render_booklet(booklet(catalogue, today), templates))


def with_help(catalogue: Catalogue, item: Item) -> Catalogue:
    return replace(catalogue, texts={**catalogue.texts, "help": item})


@pytest.fixture(scope="module")
def text(catalogue: Catalogue, templates: Path) -> str:
    return render_booklet(booklet(catalogue, TODAY), templates)


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_text_is_in_it_once_with_what_a_reviewer_must_know(page: Page, catalogue: Catalogue) -> None:
    assert page.cards.keys() == {f"text-{item.id}" for item in catalogue.everything()}
    for item in catalogue.everything():
        card = page.cards[f"text-{item.id}"]
        title, day = catalogue.sources[item.source]
        for part in (item.id, item.version, item.text, item.push or "", title, f"({day})", item.place):
            assert part in card
        assert " segment" in card


def test_every_gap_in_a_source_is_told(page: Page, text: str, catalogue: Catalogue) -> None:
    gaps = [t.source_gap for t in catalogue.treatments.values() if t.source_gap]

    assert text.count('class="gap"') == len(gaps) > 10


def test_every_link_leads_somewhere_in_the_page(page: Page) -> None:
    ids, links = page.values("id"), [link for link in page.values("href") if link != "data:,"]

    assert [name for name, times in Counter(ids).items() if times > 1] == []
    assert {link[:1] for link in links} == {"#"}
    assert {link[1:] for link in links} <= set(ids)


def test_the_contents_lead_to_every_treatment_and_every_kind_of_visit(
    text: str, catalogue: Catalogue
) -> None:
    contents = text[text.index('<nav id="contents"') : text.index("</nav>")]

    for anchor in [f"treatment-{t}" for t in catalogue.treatments]:
        assert f'href="#{anchor}"' in contents
    assert contents.count('href="#visit-') == 20


def test_nothing_is_fetched_and_nothing_runs(page: Page, text: str) -> None:
    tags = {tag for tag, _ in page.elements}

    assert not tags & {"script", "img", "iframe", "object", "form"}
    assert page.values("src") == []
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text
    assert "@media print" in text


def test_it_says_that_nothing_is_reviewed_unless_signed(text: str, catalogue: Catalogue) -> None:
    drafts = [item for item in catalogue.everything() if item.status == "draft"]

    assert "Nothing in this booklet is reviewed unless it is signed." in text
    assert text.count('class="sign"') == len(drafts)


def test_every_word_of_the_catalogue_is_escaped(catalogue: Catalogue, templates: Path) -> None:
    bad = "<script>alert('x')</script>&\"{{ 7 * 7 }}"
    item = replace(catalogue.text("help"), text=bad, push=bad, place=bad)
    item = replace(item, review=Review(item.version, bad, bad, TODAY, date(2027, 5, 23)))
    treatment = replace(catalogue.treatment("donor"), name=bad, say=bad, for_whom=bad, source_gap=bad)
    treatment = replace(treatment, aliases=(bad,))
    spoilt = replace(
        with_help(catalogue, item),
        treatments={**catalogue.treatments, "donor": treatment},
        sources=dict.fromkeys(catalogue.sources, (bad, bad)),
        lines={key: replace(line, name=bad, number=bad, hours=bad) for key, line in catalogue.lines.items()},
    )

    made = render_booklet(booklet(spoilt, TODAY), templates)

    assert "<script" not in made
    # Wording, reminder, source, its date, file, reviewer and role stand as they were written: neither a
    # tag nor a template of their own.
    assert Page(made).cards["text-help"].count(bad) == 7


@pytest.mark.parametrize(
    ("version", "today", "says", "place_to_sign"),
    [
        ("this", TODAY, "Signed by Dr A, nurse, on 2026-11-23. To be looked at again by 2027-05-01.", False),
        ("this", date(2027, 5, 1), "Overdue", False),
        ("another", TODAY, "signed another wording of it on 2026-11-23. That no longer counts.", True),
        (None, TODAY, "Draft: not signed", True),
    ],
    ids=["signed", "overdue", "changed since", "never signed"],
)
def test_a_card_says_how_its_signature_stands(
    catalogue: Catalogue, templates: Path, version: str | None, today: date, says: str, *, place_to_sign: bool
) -> None:
    item = replace(catalogue.text("help"), review=None)
    if version:
        signed = item.version if version == "this" else "000000000000"
        item = replace(item, review=Review(signed, "Dr A", "nurse", TODAY, date(2027, 5, 1)))

    card = page_of(with_help(catalogue, item), templates, today).cards["text-help"]

    assert says in card
    assert ("Look again by" in card) is place_to_sign


def test_what_is_signed_is_counted_at_the_top(catalogue: Catalogue, templates: Path) -> None:
    item = catalogue.text("help")
    signed = replace(item, review=Review(item.version, "Dr A", "nurse", TODAY, date(2027, 5, 1)))
    book = booklet(with_help(catalogue, signed), TODAY)

    made = render_booklet(book, templates)

    assert re.search(rf"{book.total.reviewed} of {book.total.items} texts (is|are) signed", made)


def test_every_phrase_that_raises_an_alarm_or_takes_one_back_is_in_it(
    catalogue: Catalogue, templates: Path
) -> None:
    made = render_booklet(booklet(catalogue, TODAY), templates)
    lexicon = catalogue.lexicon
    signs = (lexicon.urgent, lexicon.distress, lexicon.bereavement)
    wanted = {phrase for sign in signs for phrase in (*sign.phrases, *sign.unless)}

    missing = {p for p in wanted | set(lexicon.denial.signs) if f"<code>{escape(p)}</code>" not in made}
    assert missing == set()


def test_a_rules_other_times_and_days_off_stand_beside_its_own(catalogue: Catalogue, templates: Path) -> None:
    written = (
        '[[rule]]\nid = "evening-before"\nnot_on = ["weekends", "closed-days"]\n[[rule.other]]\n'
        'types = ["day-unit", "blood-test"]\ndays_before = 2\nat = "12:00"\nplain = true\n'
    )
    rules = with_own_rules(catalogue.reminders, read_own_rules(written))

    made = render_booklet(booklet(replace(catalogue, reminders=rules), TODAY), templates)

    assert (
        "1 day before, 18:00; 2 days before, 12:00, date and time only for blood test, day unit; "
        "not on closed days; not on weekends"
    ) in made
