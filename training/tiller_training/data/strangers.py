"""Strangers: documents in which names and objects are replaced by words that nobody ever wrote.

A visitor's Zebulon and zorbel are in no list. The world invents some names itself, by a few rules for
syllables that a model learns by heart; a stranger is made of any pieces of the vocabulary, so that writing
it again means copying it from where it stood before, piece by piece. Drills (`drills.py`) grade that
alone; a stranger asks for it in the midst of a text.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from tokenizers import Tokenizer

from tiller_training.objectives.topics import find_topic
from tiller_training.objectives.words import lexicon
from tiller_training.world.document import Document

PIECES = (2, 4)  # pieces in a word
LETTERS = (4, 11)
STRANGE_KIND = 0.4  # how often what stands before an object is another word too: a woolly zorbel
_PIECE = re.compile(r"[a-z]{1,4}")
_INTRODUCED = re.compile(r"\b(?:named|called) ([A-Z][a-z]+)")
_VOWELS = "aeiou"


def pieces_of(tokenizer: Tokenizer) -> list[str]:
    """The pieces of lower-case letters that go on inside a word, in a fixed order."""
    return sorted(piece for piece in tokenizer.get_vocab() if _PIECE.fullmatch(piece))


def strange_word(rng: random.Random, pieces: list[str], opens_with_vowel: bool) -> str:
    """A word of no list, in lower case; it opens as the word it stands for does, so that "a" and "an" stay right."""
    while True:
        word = "".join(rng.choices(pieces, k=rng.randint(*PIECES)))
        is_word = LETTERS[0] <= len(word) <= LETTERS[1] and any(letter in _VOWELS for letter in word[1:])
        if is_word and (word[0] in _VOWELS) == opens_with_vowel and word not in lexicon().vocabulary:
            return word


def replaceable(document: Document) -> list[str]:
    """The main character and all who are introduced by name; of an answer the object, where the task takes any."""
    if document.kind == "story":
        introduced = _INTRODUCED.findall(f"{document.prompt} {document.response}")
        return list(dict.fromkeys([document.subject, *introduced]))
    topic = find_topic(document.prompt)
    head = document.subject.split()[-1]
    return [head] if topic is not None and head in topic.objects else []


def with_strange_kind(document: Document, rng: random.Random, pieces: list[str]) -> Document:
    """The word before the object, if it describes it, is another wherever the two stand together."""
    topic, head = find_topic(document.prompt), document.subject.split()[-1]
    found = re.search(rf"\b([a-z]+) {re.escape(head)}\b", document.prompt)
    if topic is None or found is None or found[1] not in topic.objects or head not in topic.objects:
        return document
    other = strange_word(rng, pieces, found[1][0] in _VOWELS)
    pattern = re.compile(rf"\b{found[1]}(?= {re.escape(head)}\b)")
    return replace(document, prompt=pattern.sub(other, document.prompt), response=pattern.sub(other, document.response))


def with_strangers(document: Document, rng: random.Random, pieces: list[str]) -> Document:
    """The same document about others: every replaceable word, wherever it stands, is another; plurals stay plurals."""
    if document.kind == "advice" and rng.random() < STRANGE_KIND:
        document = with_strange_kind(document, rng, pieces)
    prompt, response, subject = document.prompt, document.response, document.subject
    for word in replaceable(document):
        other = strange_word(rng, pieces, word[0].lower() in _VOWELS)
        if word[0].isupper():
            other = other.capitalize()
        if document.kind == "advice" and word.endswith("s"):
            other += "s"
        pattern = re.compile(rf"\b{re.escape(word)}\b")
        prompt, response, subject = (pattern.sub(other, text) for text in (prompt, response, subject))
    return replace(document, prompt=prompt, response=response, subject=subject)
