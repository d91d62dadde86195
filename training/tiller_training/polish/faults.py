"""Finds the places in a response that break the rules of `wellformed.py`.

A pure function of the text. A response without a fault is well-formed, ended and keeps its subject. A response with
a fault may still be well-formed, because those rules allow a few faults.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tiller_training.objectives.words import WORD, sentence_spans, lexicon, tokenise
from tiller_training.polish.wellformed import ENDING, MAX_REPETITION, MIN_SENTENCES, QUOTED, keeps_subject
from tiller_training.world.story.load import story_data

GRAINS = ("word", "sentence", "text")
_INTRODUCED = re.compile(r"\bnamed ([A-Z][a-z]+)")
_NAMELESS = re.compile(r"\bnamed ([a-z]+)")
_HEAD = re.compile(r"(?:\A|(?<=[.!?])[\"']? )\s*([a-z])")


@dataclass(frozen=True)
class Fault:
    """A fault of text[start:end]. Its grain says what is to blame: the word, its sentence or the whole text."""

    what: str
    grain: str
    start: int
    end: int


def faults_of(kind: str, prompt: str, subject: str, text: str, ended: bool) -> list[Fault]:
    """All faults of a response. `ended` is False if the response was cut off."""
    found = [*_words(prompt, text), *_repeated_triples(text), *_sentences(text, ended)]
    if len(sentence_spans(text)) < MIN_SENTENCES:
        found.append(Fault("short", "text", 0, len(text)))
    if not keeps_subject(kind, prompt, subject, text):
        found.append(Fault("subject", "text", 0, len(text)))
    return found


@lru_cache(maxsize=1)
def _listed_names() -> frozenset[str]:
    words = story_data().words
    return frozenset(words["girl"]) | frozenset(words["boy"])


def _words(prompt: str, text: str) -> list[Fault]:
    """Made-up words, names that neither prompt nor text has introduced, and introductions without a name."""
    known, asked, prompted = lexicon().vocabulary, set(tokenise(prompt)), set(WORD.findall(prompt))
    introduced = {name.group(1): name.start() for name in reversed(list(_INTRODUCED.finditer(text)))}
    found = []
    for match in WORD.finditer(text):
        word = match.group()
        bare, low = word.removesuffix("'s"), word.lower()
        if word[0].islower():
            if low not in known and low not in asked:
                found.append(Fault("made-up word", "word", *match.span()))
        elif bare.lower() not in known or bare in _listed_names():
            if bare not in prompted and introduced.get(bare, len(text)) > match.start():
                found.append(Fault("nobody's name", "word", *match.span()))
    return found + [Fault("no name", "word", *match.span(1)) for match in _NAMELESS.finditer(text)]


def _repeated_triples(text: str) -> list[Fault]:
    """Triples of words that occurred before, if there are too many of them.

    The first of the three words is to blame too: at the third there is often no other choice left.
    """
    matches = list(WORD.finditer(text))
    words = [match.group().lower() for match in matches]
    seen: set[tuple[str, ...]] = set()
    found = []
    for place in range(2, len(words)):
        triple = tuple(words[place - 2 : place + 1])
        if triple in seen:
            found.append(Fault("said before", "word", matches[place - 2].start(), matches[place].end()))
        seen.add(triple)
    return found if len(found) > MAX_REPETITION * max(1, len(words) - 2) else []


def _sentences(text: str, ended: bool) -> list[Fault]:
    """Sentences that are repeated, have no capital, leave a quote open, or break off."""
    spans = sentence_spans(text)
    seen: set[tuple[str, ...]] = set()
    found = []
    for start, end in spans:
        words = tuple(tokenise(text[start:end]))
        if words in seen:
            found.append(Fault("sentence said before", "sentence", start, end))
        seen.add(words)
    hidden = QUOTED.sub(lambda quote: '"' + "X" * (len(quote.group()) - 2) + '"', text)
    for match in _HEAD.finditer(hidden):
        found.append(Fault("no capital", "word", match.start(1), match.end(1)))
    if text.count('"') % 2 == 1:
        # A quote after the last sentence is in no sentence.
        odd = [span for span in spans if text[slice(*span)].count('"') % 2 == 1] or spans[-1:] or [(0, len(text))]
        found.append(Fault("open quote", "sentence", *odd[-1]))
    if not ended or not ENDING.search(text.rstrip()):
        start, end = spans[-1] if spans else (0, len(text))
        found.append(Fault("no ending", "sentence", start, end))
    return found
