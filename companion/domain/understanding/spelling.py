"""
Words spelt by ear and by thumb, led back to words that mean something here.

A word anybody may have meant as it stands is left alone. What is looked for is one slip away (a letter more,
less, other, or two in the wrong order) in a word of five letters or more, two in a long one, or sounds the
same in a long name. Distance is that of optimal string alignment. The delete-neighbourhood index is
Wolf Garbe's symmetric-delete idea (SymSpell): looking up costs the same however many words are known.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

#: The shortest word that one slip is forgiven in, and the shortest that two are.
_ONE_SLIP, _TWO_SLIPS = 5, 8
#: Words of so few letters are only put right where two letters changed places.
_SWAPPED = 4
#: `coughin`, `msgin`: in much of the country no G is said, nor written.
_DROPPED = "IN"
#: Longer than any word of ours, with two letters to spare: no time is spent on rows of letters.
_LONGEST = 24
#: The shortest name that is looked up by its sound.
_BY_SOUND = 7
#: The shortest name that is put together again from pieces.
_IN_PIECES = 8
#: A name is taken apart into no more pieces than this, and of so many letters one may be more or less.
_MOST_PIECES, _ONE_OFF = 5, 5
#: Parts of words run together; nobody runs more than this together.
_MOST_PARTS = 6
_SHORTEST_JOINED = 6
#: One of them is longer than this.
_SHORTEST_PART = 3
#: Short words that may be part of words run together.
_SHORT = frozenset(
    {"I", "AM", "AN", "AS", "AT", "BE", "BY", "DO", "GO", "HE", "IF", "IN", "IS", "IT", "ME", "MY", "NO",
     "OF", "ON", "OR", "SO", "TO", "UP", "US", "WE"}
)  # fmt: skip


@dataclass(frozen=True)
class Speller:
    #: Words to lead back to.
    targets: frozenset[str]
    #: Words nobody misspelt: they are themselves.
    known: frozenset[str]
    #: Names that are also found by their sound.
    names: frozenset[str]
    #: Words that may be found run together.
    parts: frozenset[str]

    def read(self, word: str) -> tuple[tuple[str, ...], ...]:
        """
        Return what the word may stand for, the likeliest first; each is one word or several run together.

        Empty when it is itself, or nobody can tell.
        """
        if word in self.known or not _SWAPPED <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        if word.endswith(_DROPPED) and f"{word}G" in self.known:
            return ((f"{word}G",),)
        if len(word) == _SWAPPED:
            return self._swapped(word)
        near = self._near(word)
        slips = near[0][0] if near else 9
        if slips > 1 and (names := self._sounding(word)):
            return names
        if slips > 1 and len(word) >= _SHORTEST_JOINED and (parts := self._parts(word)):
            return (parts,)
        return tuple((target,) for distance, target in near if distance == slips)

    def name_in_pieces(self, words: Sequence[str], at: int) -> tuple[int, tuple[tuple[str, ...], ...]]:
        """Return how many words from there on are one name taken apart, and which: `bleena tumo mab`."""
        ends = self.name_edges.get(words[at][:2])
        if ends is None:
            return 0, ()
        for end in range(min(at + _MOST_PIECES, len(words)), at + 1, -1):
            # Most words end here: no name of that length begins and ends with these letters.
            lengths = ends.get(words[end - 1][-1:])
            if not lengths or sum(map(len, words[at:end])) not in lengths:
                continue
            if found := self._in_pieces("".join(words[at:end])):
                return end - at, found
        return 0, ()

    def _in_pieces(self, whole: str) -> tuple[tuple[str, ...], ...]:
        names = self._sounding(whole) if whole.isalpha() else ()
        return tuple(n for n in names if abs(len(whole) - len(n[0])) <= len(n[0]) // _ONE_OFF)

    def _swapped(self, word: str) -> tuple[tuple[str, ...], ...]:
        """Put right two letters in the wrong order: all that is forgiven in a short word."""
        ways = (word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1))
        return tuple((way,) for way in ways if way in self.targets)

    def _near(self, word: str) -> list[tuple[int, str]]:
        """Return every word within reach with its distance, nearest first."""
        reach = 2 if len(word) >= _TWO_SLIPS else 1
        seen = {target for cut in _cuts(word, reach) for target in self._by_cut.get(cut, ())}
        found = []
        for target in seen:
            distance = slips_between(word, target)
            allowed = 2 if len(target) >= _TWO_SLIPS else 1
            # The first letter is nearly always right; two slips with another first letter is another word.
            if distance <= min(reach, allowed) and not (distance == 2 and word[0] != target[0]):
                found.append((distance, target))
        # Of words as near, the one with the same beginning and end is likelier meant: `pased` is no EASED.
        return sorted(
            found, key=lambda near: (near[0], word[0] != near[1][0], word[-1] != near[1][-1], near[1])
        )

    def _sounding(self, word: str) -> tuple[tuple[str, ...], ...]:
        if len(word) < _BY_SOUND:
            return ()
        return tuple((name,) for name in self._by_sound.get(sound(word), ()))

    def _parts(self, word: str) -> tuple[str, ...]:
        """Return the fewest known words the letters are made of, or nothing."""
        best: list[tuple[str, ...] | None] = [()]
        for end in range(1, len(word) + 1):
            found: tuple[str, ...] | None = None
            for start in range(max(0, end - 16), end):
                before, part = best[start], word[start:end]
                if before is None or len(before) >= _MOST_PARTS or not self._is_part(part):
                    continue
                if found is None or len(before) + 1 < len(found):
                    found = (*before, part)
            best.append(found)
        found = best[-1] or ()
        # Short words make up nearly any word: `candidate` is no CAN DID ATE.
        return found if any(len(part) > _SHORTEST_PART for part in found) else ()

    def _is_part(self, part: str) -> bool:
        return part in self.parts if len(part) > 2 else part in _SHORT

    @cached_property
    def _by_cut(self) -> Mapping[str, tuple[str, ...]]:
        index: dict[str, tuple[str, ...]] = {}
        for target in self.targets:
            if len(target) >= _ONE_SLIP:
                for cut in set(_cuts(target, 2 if len(target) >= _TWO_SLIPS else 1)):
                    index[cut] = (*index.get(cut, ()), target)
        return index

    @cached_property
    def _by_sound(self) -> Mapping[str, tuple[str, ...]]:
        index: defaultdict[str, set[str]] = defaultdict(set)
        for name in self.names:
            if len(name) >= _BY_SOUND:
                index[sound(name)].add(name)
        return {key: tuple(sorted(found)) for key, found in index.items() if len(key) >= 4}

    @cached_property
    def name_edges(self) -> Mapping[str, Mapping[str, frozenset[int]]]:
        """Map the two letters a long name may begin with and the one it may end with to its lengths."""
        index: defaultdict[str, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for name in self.names:
            if len(name) >= _IN_PIECES:
                off = len(name) // _ONE_OFF
                for first, second, last in product(*(_heard_as(name[n]) for n in (0, 1, -1))):
                    index[first + second][last].update(range(len(name) - off, len(name) + off + 1))
        return {
            first: {last: frozenset(lengths) for last, lengths in lasts.items()}
            for first, lasts in index.items()
        }


def _cuts(word: str, most: int) -> Iterable[str]:
    """Yield the word and what is left of it without one or two of its letters."""
    yield word
    size = len(word)
    for n in range(size):
        yield word[:n] + word[n + 1 :]
    if most == 2:
        for one, two in combinations(range(size), 2):
            yield word[:one] + word[one + 1 : two] + word[two + 1 :]


def slips_between(one: str, other: str) -> int:
    """Return the distance by optimal string alignment; a pair in the wrong order counts once."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        current = [row]
        for column, right in enumerate(other, 1):
            cost = min(above[column] + 1, current[column - 1] + 1, above[column - 1] + (left != right))
            swapped = row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right
            current.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, above = above, current
    return above[-1]


#: Letters that are not heard as consonants.
_SILENT = frozenset("AEIOUYHW")
_SOFT = frozenset("EIY")
#: What C and G sound like before a soft vowel.
_SOFTENED = {"C": "S", "G": "J"}
_SAME = str.maketrans({"C": "K", "Z": "S", "Q": "K", "V": "F", "J": "G", "D": "T", "B": "P", "N": "M"})


def _heard_as(letter: str) -> Iterable[str]:
    """Return the letters that sound the same; any vowel may stand for another."""
    if letter in _SILENT:
        return _SILENT
    same = letter.translate(_SAME)
    return {letter, same, *(chr(other) for other, put in _SAME.items() if put == same)}


def sound(word: str) -> str:
    """
    Return the consonants as heard: letters that sound alike made one, vowels and doubled letters dropped.

    `tisajenleclucel` and `tisagenlecleucel` give the same.
    """
    heard = word.replace("PH", "F").replace("CK", "K").replace("X", "KS").replace("CH", "K")
    letters = []
    for n, letter in enumerate(heard):
        softened = _SOFTENED.get(letter) if heard[n + 1 : n + 2] in _SOFT else None
        if letter not in _SILENT:
            letters.append(softened or letter)
    flat = "".join(letters).translate(_SAME)
    return "".join(letter for n, letter in enumerate(flat) if n == 0 or letter != flat[n - 1])
