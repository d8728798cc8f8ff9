"""The words people text, as data; `companion.domain.understanding` says what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: What a command may carry behind its word.
Slot = Literal["none", "numbers", "text", "treatment"]
#: Classes of words that the reading needs whatever the phrases are; keywords.toml says what each holds.
READ_BY_NAME = frozenset({"number", "counting", "one", "that", "wondering", "placing", "they"})


@dataclass(frozen=True)
class Command:
    intent: str
    #: Count when they are a whole text, or a whole clause of one.
    words: tuple[str, ...]
    slot: Slot = "none"
    #: Count wherever they stand; written as `understanding.phrases` says.
    phrases: tuple[str, ...] = ()
    #: Words around which the phrases do not count.
    unless: tuple[str, ...] = ()
    #: Count where a treatment is named elsewhere in the text: `what is it`.
    pointing: tuple[str, ...] = ()
    #: The one treatment its phrases mean; None where they name it.
    treatment: str | None = None

    @property
    def group(self) -> str:
        """Return what its phrases are kept under; several commands may mean one intent."""
        return f"{self.intent} {self.treatment}" if self.treatment else self.intent


@dataclass(frozen=True)
class Signs:
    """Phrases that count wherever they stand in a text, and those that take the meaning away again."""

    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Denial:
    """How a sign of illness is denied, or only asked about."""

    #: Signs that can be; `CANT BREATHE` holds a NOT and is never denied.
    signs: tuple[str, ...]
    #: `NO fever`, and the words that may stand between.
    nots: frozenset[str]
    between: frozenset[str]
    #: Words that make a sign one that is never denied: `CANT breathe`.
    never: frozenset[str]
    #: Phrases behind a sign that take it back: `.. HAS GONE`.
    after: tuple[str, ...]
    #: Phrases of someone who asks in general, and those of someone who has it now.
    asking: tuple[str, ...]
    having: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """The words people text. Single words are normalised as `understanding.normalise` does."""

    opt_out: frozenset[str]
    opt_in: frozenset[str]
    carrier_help: frozenset[str]
    commands: tuple[Command, ...]
    urgent: Signs
    distress: Signs
    bereavement: Signs
    opt_out_sentences: Signs
    wrong_number: Signs
    denial: Denial
    #: Opt-out words that mean it with nothing but a greeting or thanks around them.
    opt_out_alone: frozenset[str]
    #: Mean coming, while that is what was asked: OK and the like.
    confirm_when_asked: frozenset[str]
    #: Mean more, right after a list: NEXT.
    more_after_list: frozenset[str]
    #: Dropped from either end of a text before commands are looked up.
    fillers: tuple[str, ...]
    #: Ways of asking for something, dropped from the beginning: `CAN I HAVE THE`.
    lead_ins: tuple[str, ...] = ()
    #: Words before which a clause ends: `BUT`.
    joiners: frozenset[str] = frozenset()
    #: What words run into each other, shortened or put another way are read as.
    spellings: Mapping[str, str] = field(default_factory=dict)
    #: Words standing for one another in phrases, by name.
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Treatments that others are kinds of: a name of another kind beside theirs is the one meant.
    general: frozenset[str] = frozenset()
    #: Mean not coming, while coming is what was asked: NO and the like.
    change_when_asked: frozenset[str] = frozenset()
    #: What phones make of our words, and the word; only where it is all that is asked.
    autocorrected: Mapping[str, str] = field(default_factory=dict)
    #: Numbers in words, and their digits.
    numbers: Mapping[str, str] = field(default_factory=dict)
    #: Emoji that say a word.
    signs: Mapping[str, str] = field(default_factory=dict)
    #: Words that are nobody's misspelling.
    ordinary: frozenset[str] = frozenset()
    first_names: frozenset[str] = frozenset()

    def kind(self, name: str) -> tuple[str, ...]:
        """Return the words of a class; none if there is none of that name."""
        return self.classes.get(name, ())
