"""Finds the topic of a how-to question.

A topic is a verb family that takes any object ("clean", "mend") or a specific task
(verb and noun together, "make" + "tea"). Specific tasks are tried first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .template import bare_question
from .words import lexicon, tokenise


@dataclass(frozen=True)
class Topic:
    """A recognised topic and the words that name its object (empty for a specific task)."""

    entry: dict[str, Any]
    objects: frozenset[str]


def _object_words(words: list[str]) -> frozenset[str]:
    """Content words of the noun phrase that starts ``words``."""
    question = lexicon().question
    found: list[str] = []
    for word in words:
        if word in question["end"]:
            if found:
                break
            continue
        if word not in question["skip"]:
            found.append(word)
    return frozenset(found)


@lru_cache(maxsize=65536)
def find_topic(prompt: str) -> Topic | None:
    """The topic of a question, or None if it asks about no known topic."""
    words = tokenise(bare_question(prompt))
    # A verb counts only at the start, or after a word such as "i" or "to".
    before = lexicon().question["before"]
    asked = [i for i in range(len(words)) if i == 0 or words[i - 1] in before]
    for entry in _specific():
        for i in asked:
            if words[i] in entry["asks"] and any(word in entry["about"] for word in words[i + 1 :]):
                return Topic(entry, frozenset())
    for i in asked:
        entry = _families().get(words[i])
        if entry is not None:
            objects = _object_words(words[i + 1 :])
            if objects:
                return Topic(entry, objects)
    return None


@lru_cache(maxsize=1)
def _specific() -> tuple[dict[str, Any], ...]:
    return tuple(entry for entry in _entries() if entry["about"])


@lru_cache(maxsize=1)
def _families() -> dict[str, dict[str, Any]]:
    return {verb: entry for entry in _entries() if not entry["about"] for verb in entry["asks"]}


@lru_cache(maxsize=1)
def _entries() -> tuple[dict[str, Any], ...]:
    """Topics with their key lists as sets. Phrases are padded with spaces for a substring search."""
    return tuple(
        {
            "id": topic["id"],
            "asks": frozenset(topic["asks"]),
            "about": frozenset(topic["about"]),
            "steps": [
                {
                    "verbs": frozenset(step["verbs"]),
                    "nouns": frozenset(step["nouns"]),
                    "details": [f" {phrase} " for phrase in step["details"]],
                }
                for step in topic["steps"]
            ],
            "hazards": [[f" {phrase} " for phrase in keys] for keys in topic["hazards"]],
            "protect": [f" {phrase} " for phrase in topic["protect"]],
        }
        for topic in lexicon().topics
    )
