"""Word lists, and functions that split a text into words and sentences.

The lists live in ``src/objectives/words.json``, which Python and TypeScript both read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

WORDS_FILE = Path(__file__).resolve().parents[3] / "src" / "objectives" / "words.json"
WORDS_VERSION = 1

# Only ASCII letters make words, so that Python and JavaScript cannot disagree about case folding.
WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
_SENTENCE_END = re.compile(r"[.!?]+[\"']*(?![^ \t\r\n])")


@dataclass(frozen=True)
class Sentence:
    """The words of one sentence, lower-case and in order."""

    words: tuple[str, ...]
    padded: str  # " word word ", so that a phrase can be found as " phrase "


def tokenise(text: str) -> list[str]:
    """Lower-case words of ``text``. Digits, punctuation and other scripts are skipped."""
    return [word.lower() for word in WORD.findall(text)]


def cased_words(text: str) -> list[str]:
    """The words of ``tokenise`` with their upper and lower case."""
    return WORD.findall(text)


def sentences_of(text: str) -> list[Sentence]:
    """Sentences that hold at least one word, cut after . ! ? and any closing quotes."""
    cut = (tuple(tokenise(text[start:end])) for start, end in sentence_spans(text))
    return [Sentence(words, f" {' '.join(words)} ") for words in cut]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each of these sentences in the text."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text)]
    return [(start, end) for start, end in zip([0, *ends], ends) if WORD.search(text[start:end])]


@dataclass(frozen=True)
class Lexicon:
    """The word lists as sets. ``topics`` are as in the file."""

    happy: frozenset[str]
    sad: frozenset[str]
    adventure: frozenset[str]
    describing: frozenset[str]
    vocabulary: frozenset[str]
    topics: tuple[dict[str, Any], ...]
    caution: dict[str, frozenset[str]]
    question: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Reads the word lists once. Raises OSError or ValueError with the name of the file."""
    with WORDS_FILE.open(encoding="utf-8") as handle:
        data = json.load(handle)
    if data.get("version") != WORDS_VERSION:
        raise ValueError(
            f"{WORDS_FILE.name} has version {data.get('version')!r}, this code reads {WORDS_VERSION}: "
            "write it again with python -m tiller_training.world.lexicon"
        )
    sets = {key: frozenset(data[key]) for key in ("happy", "sad", "adventure", "describing", "vocabulary")}
    groups = {
        name: {key: frozenset(words) for key, words in data[name].items()} for name in ("caution", "question")
    }
    return Lexicon(**sets, **groups, topics=tuple(data["topics"]))


def capped_hits(sentences: list[Sentence], words: frozenset[str], cap: int = 2) -> list[int]:
    """Hits of a word list in each sentence. One word counts at most ``cap`` times in the text, so that repeating it does
    not pay."""
    seen: dict[str, int] = {}
    hits: list[int] = []
    for sentence in sentences:
        count = 0
        for word in sentence.words:
            if word in words:
                seen[word] = seen.get(word, 0) + 1
                if seen[word] <= cap:
                    count += 1
        hits.append(count)
    return hits


def mentions(wanted: Iterable[str], response: str) -> bool:
    """True if the response names one of the words, with any ending."""
    return not {stem(word) for word in wanted}.isdisjoint(stem(word) for word in tokenise(response))


def stem(word: str) -> str:
    """A word without a plural or verb ending. The rule is crude, but it applies to both words of a comparison."""
    for ending in ("ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
