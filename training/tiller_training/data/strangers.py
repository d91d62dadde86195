"""Strangers: documents in which new words replace names and objects.

A visitor may write about Zebulon and a zorbel, which are in no list. The world invents some names too, but by a few
rules for syllables, which a model learns by heart. The words here are made of any pieces of the vocabulary. To
write one again, a model must copy it from its earlier place, piece by piece. Drills (`drills.py`) train this alone,
and these documents train it in the middle of a text.
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
STRANGE_KIND = 0.4  # how often the word before an object is replaced too: a woolly zorbel
_PIECE = re.compile(r"[a-z]{1,4}")
_INTRODUCED = re.compile(r"\b(?:named|called) ([A-Z][a-z]+)")
_VOWELS = "aeiou"


def pieces_of(tokenizer: Tokenizer) -> list[str]:
    """The pieces of lower-case letters that do not start a word, in a fixed order."""
    return sorted(piece for piece in tokenizer.get_vocab() if _PIECE.fullmatch(piece))


def strange_word(rng: random.Random, pieces: list[str], opens_with_vowel: bool) -> str:
    """A new word in lower case. It starts with a vowel if the replaced word does, so that "a" and "an" stay right."""
    while True:
        word = "".join(rng.choices(pieces, k=rng.randint(*PIECES)))
        is_word = LETTERS[0] <= len(word) <= LETTERS[1] and any(letter in _VOWELS for letter in word[1:])
        if is_word and (word[0] in _VOWELS) == opens_with_vowel and word not in lexicon().vocabulary:
            return word


def replaceable(document: Document) -> list[str]:
    """In a story, the main character and all who are introduced by name. In an answer, the object, if the task takes any."""
    if document.kind == "story":
        introduced = _INTRODUCED.findall(f"{document.prompt} {document.response}")
        return list(dict.fromkeys([document.subject, *introduced]))
    topic = find_topic(document.prompt)
    head = document.subject.split()[-1]
    return [head] if topic is not None and head in topic.objects else []


def with_strange_kind(document: Document, rng: random.Random, pieces: list[str]) -> Document:
    """Replaces the word that describes the object, wherever the two stand together."""
    topic, head = find_topic(document.prompt), document.subject.split()[-1]
    found = re.search(rf"\b([a-z]+) {re.escape(head)}\b", document.prompt)
    if topic is None or found is None or found[1] not in topic.objects or head not in topic.objects:
        return document
    other = strange_word(rng, pieces, found[1][0] in _VOWELS)
    pattern = re.compile(rf"\b{found[1]}(?= {re.escape(head)}\b)")
    return replace(document, prompt=pattern.sub(other, document.prompt), response=pattern.sub(other, document.response))


def with_strangers(document: Document, rng: random.Random, pieces: list[str]) -> Document:
    """The document with every replaceable word replaced in all places. Plurals stay plurals."""
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
