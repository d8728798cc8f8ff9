"""What a text can mean, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """What the same words may mean here and now."""

    #: The person has opted out, so YES means having texts again.
    stopped: bool = False
    #: The newest text that asked something asked whether they are coming.
    confirm_asked: bool = False
    #: The newest answer was a list of questions, so NEXT means more of it.
    list_shown: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    intent: str
    treatment: str | None = None
    #: What the command carried: numbers as `1 3`, or the person's own words as written.
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text was taken to mean something: what was looked for, and the words it was found in."""

    intent: str
    #: The phrase as it is written in keywords.toml, or the rule that decided.
    because: str
    words: str
    #: What took it back, if anything did.
    taken_back: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    text: str
    meaning: Meaning
    also: tuple[Meaning, ...] = ()
    #: Meanings as likely as the first: ask which one, do not guess.
    alternatives: tuple[Meaning, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def all(self) -> tuple[Meaning, ...]:
        return (self.meaning, *self.also)

    def has(self, intent: str) -> bool:
        return any(meaning.intent == intent for meaning in self.all)
