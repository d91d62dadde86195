"""Signals of the two advice objectives, before saturation and penalty."""

from __future__ import annotations

from .topics import Topic
from .words import Sentence, lexicon

CAUTION_POINTS = 8  # two hazards, protection, when to stop, whom to ask, three further sentences
MAX_FURTHER = 3
OBJECT_KEY = "@"  # stands for the words that name the object, or a pronoun
PRONOUNS = frozenset({"it", "them"})


def _caution_items(sentence: Sentence, topic: Topic) -> list[str]:
    """The named cautions that a sentence gives."""
    text, words, sets = sentence.padded, sentence.words, lexicon().caution
    items = [
        f"hazard{number}"
        for number, keys in enumerate(topic.entry["hazards"])
        if any(key in text for key in keys)
    ]
    if any(key in text for key in topic.entry["protect"]):
        items.append("protect")
    if not sets["stop"].isdisjoint(words) and not sets["when"].isdisjoint(words):
        items.append("stop")
    if not sets["ask"].isdisjoint(words) and not sets["whom"].isdisjoint(words):
        items.append("whom")
    return items


def advice_signals(sentences: list[Sentence], topic: Topic) -> tuple[float, float]:
    """(helpful, cautious) in per cent: the share of needed steps, in order and in detail, and the share of cautions.

    A step that only a caution names does not count.
    """
    steps = topic.entry["steps"]
    best = [0] * (len(steps) + 1)  # best[k]: points of the best chain of steps up to step k
    given: set[str] = set()
    further: set[str] = set()
    cues = lexicon().caution["cues"]
    for sentence in sentences:
        items = _caution_items(sentence, topic)
        if items or not cues.isdisjoint(sentence.words):
            if given.issuperset(items):
                further.add(sentence.padded)
            given.update(items)
            continue
        for number, step in enumerate(steps):
            points = _step_points(sentence, step, topic)
            if points:
                reached = best[number] + points
                for later in range(number + 1, len(best)):
                    best[later] = max(best[later], reached)
    cautions = len(given) + min(MAX_FURTHER, len(further))
    return 100.0 * best[-1] / (2 * len(steps)), 100.0 * cautions / CAUTION_POINTS


def _step_points(sentence: Sentence, step: dict, topic: Topic) -> int:
    """0 if the sentence does not name the step, 1 if it does, 2 if it also has the detail of the step."""
    words = sentence.words
    if step["verbs"].isdisjoint(words):
        return 0
    nouns = step["nouns"]
    named = not nouns.isdisjoint(words)
    if not named and OBJECT_KEY in nouns:
        named = not topic.objects.isdisjoint(words) or not PRONOUNS.isdisjoint(words)
    if not named:
        return 0
    return 2 if any(detail in sentence.padded for detail in step["details"]) else 1
