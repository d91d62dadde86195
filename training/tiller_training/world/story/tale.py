"""The state of one story: its persons and things, and the words that it has used."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from .load import StoryData

INVENTED_SHARE = 0.3
FEMALE_KINDS = tuple("hen cow goose grandmother schoolgirl seamstress dairymaid waitress".split())
MALE_KINDS = tuple(
    "rooster gander peacock grandfather schoolboy fisherman postman watchman ferryman coachman milkman waiter".split()
)


@dataclass(frozen=True)
class Person:
    """A named character; ``kind`` is an animal or a trade."""

    name: str
    kind: str
    female: bool

    @property
    def subject(self) -> str:
        return "she" if self.female else "he"

    @property
    def object(self) -> str:
        return "her" if self.female else "him"

    @property
    def possessive(self) -> str:
        return "her" if self.female else "his"


@dataclass
class Tale:
    """Mutable state while a story is written. ``levels`` are the latent objective levels."""

    data: StoryData
    rng: random.Random
    hero: Person
    place: str
    thing: str
    levels: dict[str, float]
    friend: Person
    second_place: str
    thing_known: bool = False
    friend_known: bool = False
    used: set[str] = field(default_factory=set)
    kept: dict[str, str] = field(default_factory=dict)  # slot -> its word, the same in the whole story

    def pick(self, name: str) -> str:
        """A word from list ``name``. If possible, this story has not used it before."""
        words = self.data.words[name]
        word = words[int(self.rng.random() * len(words))]
        for _ in range(8):
            if word not in self.used:
                break
            word = words[int(self.rng.random() * len(words))]
        self.used.add(word)
        return word

    def keep(self, slot: str) -> str:
        """The word of a slot that stays the same. A digit at the end asks for another word of the list."""
        if slot not in self.kept:
            self.kept[slot] = self.pick(slot.rstrip("0123456789"))
        return self.kept[slot]


def invented_name(data: StoryData, rng: random.Random, female: bool) -> str:
    """A name of two or three syllables that is in no list."""
    words = data.words
    syllables = [rng.choice(words["onset"]) + rng.choice(words["nucleus"]) for _ in range(rng.choice((1, 1, 2)))]
    ending = rng.choice(("a", "i", "elle", "y")) if female else rng.choice(("o", "us", "en", "ik"))
    return ("".join(syllables) + rng.choice(words["coda"]) + ending).capitalize()


def draw_person(data: StoryData, rng: random.Random, other: str = "") -> Person:
    """A character whose name differs from ``other``."""
    female = rng.random() < 0.5
    name = other
    while name == other:
        if rng.random() < INVENTED_SHARE:
            name = invented_name(data, rng, female)
        else:
            name = rng.choice(data.words["girl" if female else "boy"])
    wrong = MALE_KINDS if female else FEMALE_KINDS
    kind = wrong[0]
    while kind in wrong:
        kind = rng.choice(data.words["animal" if rng.random() < 0.6 else "person"])
    return Person(name, kind, female)
