"""Every placeholder of every fixed text is one the program fills, and every fixed text is one it sends."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise, product

from companion.domain import welcome
from companion.domain.catalogue import Catalogue
from companion.domain.clock_time import parse_wall
from companion.domain.composing import OwnQuestion, Reader, compose
from companion.domain.conversation import Situation, respond
from companion.domain.conversation.sharing import noted
from companion.domain.conversation.situation import ListedQuestion, Member, Person, Remembered, UpcomingVisit
from companion.domain.items import Item
from companion.domain.office_hours import Office, Opening
from companion.domain.understanding import Context, Meaning, Understood, understand
from companion.domain.vocabulary import INTENTS, NATIONS, RULES
from companion.domain.wording import PUSHES, REPLIES, WELCOME
from companion.records import PatientState
from tests.domain.cast import a_step, a_visit
from tests.people import LINE


@dataclass(frozen=True)
class _Watched(Item):
    """An item that notes what it is filled with."""

    seen: dict[str, set[str]] = field(default_factory=dict)

    def fill(self, **values: str) -> str:
        self.seen[self.id] |= values.keys()
        return super().fill(**values)


_VISIT = UpcomingVisit(1, "clinic-review", parse_wall("2027-03-30T09:30"), "Level 2")
_OFFICES = (
    None,
    Office("020 7946 0001", Opening(now=True, wall=_VISIT.wall)),
    Office("020 7946 0001", Opening(now=False, wall=_VISIT.wall)),
)
_KNOWN = Person(
    1,
    PatientState.ACTIVE,
    visits=(_VISIT, replace(_VISIT, id=2, place="")),
    own=(ListedQuestion(1, "Why?"),),
    today=date(2027, 3, 1),
)
_BARE = Person(1, PatientState.ACTIVE)
_TEXTS = (
    "HELP", "WHO", "hello?", "fever", "want to die", "he died", "wrong number", "stop texting me",
    "QUESTIONS", "MORE", "KEEP 1", "KEEP", "ASK why?", "ASK", "LIST", "FIRST 1", "FIRST", "ASKED 1", "DROP 1",
    "COPING", "VISIT", "COMING", "CANT COME", "LESS", "FULL", "FEWER", "RESUME", "CALL ME", "PREPARE CART",
    "PREPARE", "NONE", "1", "TELL", "TECARTUS", "ASK " + "w" * 400,
)  # fmt: skip


def _converse(catalogue: Catalogue) -> None:
    ready = tuple(r.item.id for r in catalogue.ready if "clinic-review" in r.types)
    ids = ("q.no-treatment", *(q.item.id for q in catalogue.questions if q.item.id != "q.no-treatment"))
    memories = [
        Remembered(ids, 3, offer="less"),
        Remembered(ids, len(ids), offer="none"),
        Remembered(ids, len(ids) - 1),
        Remembered(ids, 0),
        Remembered(ids, 3, ready=ready, ready_until=len(ready)),
    ]
    for person, memory, flag, nation in product((_KNOWN, _BARE, None), memories, (False, True), NATIONS):
        situation = Situation(
            catalogue,
            "Team",
            LINE,
            nation,
            person,
            shared=flag and not person,
            remembered=memory,
            watched=flag,
        )
        for text, office in product(_TEXTS, _OFFICES if nation == NATIONS[0] else _OFFICES[:1]):
            respond(understand(text, catalogue.grammar, Context()), replace(situation, office=office))
        respond(understand("PAUSE FOR 2 WEEKS", catalogue.grammar, Context()), situation)
        beside = Understood("my mum died cant come", Meaning("bereavement"), (Meaning("change"),))
        respond(beside, replace(situation, office=_OFFICES[1]))


def _settle(catalogue: Catalogue) -> None:
    """What a digit, a text that can mean several things, a visit today and a shared number bring."""
    heavy, why = ListedQuestion(2, "W" * 290), ListedQuestion(1, "Why?")
    today = replace(_KNOWN, own=(why, why, why, why), visit_today=True, asked=(1,))
    two = replace(_KNOWN, own=(why, why))
    people = (today, replace(today, own=(why, why, heavy, why)), two, _BARE)
    held = {"offered_text": "Can I swim?", "rows": (1,)}
    offers = ("free-text", "after-visit", "after-visit-ticked-off", None)
    for person, offer in product(people, offers):
        memory = Remembered(offer=offer, **held)  # type: ignore[arg-type]
        situation = Situation(catalogue, "Team", LINE, person=person, remembered=memory)
        for text in ("1", "2", "3", "LIST", "Will it cure me?"):
            respond(understand(text, catalogue.grammar, Context()), situation)
    situation = Situation(catalogue, "Team", LINE, person=_KNOWN)
    for first, second in pairwise(
        [*(Meaning(i) for i in INTENTS), Meaning("prepare", "donor"), Meaning("help")]
    ):
        respond(Understood("hm", first, alternatives=(second, Meaning("more"))), situation)
    respond(
        Understood("hm", Meaning("questions"), tuple(map(Meaning, ("help", "coping", "pause")))), situation
    )
    visit = _KNOWN.visits[0]
    several = replace(_KNOWN, visits=(visit, replace(visit, id=9, wall=visit.wall + timedelta(days=1))))
    for intent in ("confirm", "change"):
        respond(Understood("hm", Meaning(intent)), replace(situation, person=several))
    members = (Member(1, "Amina"), Member(2, "Bo"))
    shared = Situation(catalogue, "Team", LINE, shared=True, members=members)
    respond(Understood("LIST", Meaning("list_questions")), shared)
    noted("Bo", shared)


def _remind(catalogue: Catalogue) -> None:
    visit = a_visit("2027-03-30T09:30")
    told = a_visit("2027-03-31T09:30", told=visit.wall)
    readers = [
        Reader(),
        Reader(answered=False),
        Reader(visits_only=True),
        Reader(own=(OwnQuestion("My chemo?"),)),
        Reader(own=(OwnQuestion("My chemo?"), OwnQuestion("Why?"))),
    ]
    for reader in readers:
        for step in (
            *(a_step(rule, visit) for rule in RULES),
            a_step("correction", told),
            a_step("correction", replace(told, cancelled=True)),
        ):
            compose(step, reader, catalogue)


def _welcome(catalogue: Catalogue) -> None:
    for part, discreet in product(welcome.PARTS, (False, True)):
        welcome.compose(part, catalogue, clinic="Team", line=LINE, discreet=discreet)


def test_what_the_files_may_ask_for_is_what_the_program_fills(catalogue: Catalogue) -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    texts = {
        key: _Watched(item.id, item.text, item.source, item.place, seen=seen)
        for key, item in catalogue.texts.items()
    }
    watched = replace(catalogue, texts=texts)

    _converse(watched)
    _settle(watched)
    _remind(watched)
    _welcome(watched)

    fixed = {**REPLIES, **PUSHES, **WELCOME}
    assert set(seen) == fixed.keys(), "every fixed text is sent by something"
    for item_id, filled in fixed.items():
        assert filled <= seen[item_id], item_id
        assert catalogue.texts[item_id].placeholders <= filled, item_id
