"""The objects of questions: lists of nouns and adjectives, and invented nouns."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from ..objectives.words import tokenise
from .advice_topics import read_list

INVENTED_SHARE = 0.15
ADJECTIVE_SHARE = 0.6
COMPOUND_SHARE = 0.25  # a garden bench, a kettle drum, a zorbel lamp
OWNED_SHARE = 0.12  # my grandfather's bench
MIN_INVENTED = 5
_ONSETS = "b bl br d dr f fl fr g gl gr h k kr l m n p pl pr qu r s sk sl sn sp st t tr v w z".split()
_VOWELS = "a e i o u oo ee ai".split()
_CODAS = "b d g k l m n p r t ck ll mp nd nk rt st zz ff x".split()
_ARTICLES = {
    "one": ("my", "my", "a", "a", "the", "this"),
    "many": ("my", "", "", "the", "these"),
    "mass": ("my", "", "", "the"),
}
_ENDINGS = ("", "", "le", "er", "et", "in", "ow", "y", "um", "ock")


@dataclass(frozen=True)
class Thing:
    """A noun phrase and the ways to name it again."""

    head: str  # "boots"
    adjective: str  # the words before it: "muddy", "walking", "muddy walking", or ""
    number: str  # "one" | "many" | "mass"
    article: str  # the first word in the question: "my", "my sister's", "a", "the", ""

    @property
    def full(self) -> str:
        """The phrase without an article, "muddy boots"."""
        return f"{self.adjective} {self.head}".strip()

    @property
    def asked(self) -> str:
        """The phrase as the question says it, "my muddy boots"."""
        if self.article == "a":
            return f"{'an' if self.full[0] in 'aeiou' else 'a'} {self.full}"
        return f"{self.article} {self.full}".strip()

    @property
    def pronoun(self) -> str:
        return "them" if self.number == "many" else "it"


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, list[tuple[str, str]]], dict[str, dict[str, list[str]]]]:
    """Nouns with their number by group, and the other lists by kind and group. ``*`` marks a plural, ``~`` a mass noun."""
    nouns: dict[str, list[tuple[str, str]]] = {}
    others: dict[str, dict[str, list[str]]] = {"adjectives": {}, "purposes": {}, "owners": {}}
    for line in read_list("objects.txt"):
        head, _, body = line.partition(":")
        kind, group = head.split()
        for word in body.split():
            if kind == "nouns":
                number = "many" if word.endswith("*") else "mass" if word.endswith("~") else "one"
                nouns.setdefault(group, []).append((word.rstrip("*~"), number))
            else:
                others[kind].setdefault(group, []).append(word)
    return nouns, others


def invented_noun(rng: random.Random) -> str:
    """A word of one to three syllables, with at least MIN_INVENTED letters. So it differs from short common words."""
    while True:
        syllables = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.choice((1, 1, 2))))
        word = syllables + rng.choice(_CODAS) + rng.choice(_ENDINGS)
        if len(word) >= MIN_INVENTED:
            return word


def draw_thing(rng: random.Random, groups: tuple[str, ...]) -> Thing:
    """An object from one of the groups, or an invented one."""
    nouns, others = _lists()
    group = rng.choice(groups)
    if rng.random() < INVENTED_SHARE:
        head, number = invented_noun(rng), "one"
        if rng.random() < 0.25:
            head, number = head + "s", "many"
    else:
        head, number = rng.choice(nouns[group])
    before = [rng.choice(others["adjectives"][group])] if rng.random() < ADJECTIVE_SHARE else []
    if rng.random() < COMPOUND_SHARE:
        before.append(_purpose(rng))
    article = rng.choice(_ARTICLES[number])
    if rng.random() < OWNED_SHARE:
        article = f"{rng.choice(('my', 'our'))} {rng.choice(others['owners']['any'])}"
    return Thing(head, " ".join(word for word in before if word != head), number, article)


def _purpose(rng: random.Random) -> str:
    """A noun that may stand before another noun. The second one names the thing."""
    nouns, others = _lists()
    chance = rng.random()
    if chance < 0.5:
        return rng.choice(others["purposes"]["any"])
    if chance < 0.7:
        return invented_noun(rng)
    return rng.choice([noun for noun, number in nouns[rng.choice(list(nouns))] if number == "one"])


def all_object_words() -> set[str]:
    """Every noun of the lists, and every word that may stand before one."""
    nouns, others = _lists()
    words = {noun for group in nouns.values() for noun, _ in group}
    words.update(word for lists in others.values() for group in lists.values() for word in group)
    return {part for word in words for part in tokenise(word)}
