"""Everyday advice: a how-to question and an answer at given levels of help and caution.

An answer has four to seven sentences. This number does not depend on the levels. The levels decide the number of needed
steps (with or without detail) and of cautions. The rest are reasons and asides. So the two objectives compete for the
same sentences. `places.py` gives their order.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from ..objectives.words import mentions, tokenise
from .advice_objects import Thing, draw_thing
from .advice_sentences import Placed, caution_sentences, filler_sentences, step_sentences, task_sentence
from .advice_topics import Topic, all_topics, phrases
from .document import Document

CORRELATION = -0.55
LEVEL_LIMIT = 2.5
WORD_LIMITS = (30, 110)
SENTENCE_COUNTS = (4, 5, 5, 5, 6, 6, 6, 7, 7)
STEP_POINTS = 2  # one for naming a step, one for its detail
CAUTION_POINTS = 8
SPECIFIC_SHARE = 0.42


@dataclass(frozen=True)
class Question:
    """A question and its topic. It has no level."""

    text: str
    task: str  # the task, with @ for the object: "clean @", "make a pot of tea"
    topic: Topic
    thing: Thing | None  # None for a specific task

    @property
    def subject(self) -> str:
        """The object, or the noun of a specific task."""
        if self.thing:
            return self.thing.head
        words = tokenise(self.text)
        return next(word for word in words if word in self.topic.about)


    @property
    def names(self) -> tuple[str, ...]:
        """An answer contains at least one of these words, so that its subject is clear."""
        if self.thing:
            return (self.thing.head,)
        return self.topic.about + tuple(noun for step in self.topic.steps for noun in step.nouns)


def ask_question(rng: random.Random) -> Question:
    """A neutral question about a random topic."""
    specific = [topic for topic in all_topics() if topic.about]
    families = [topic for topic in all_topics() if topic.takes]
    topic = rng.choice(specific if rng.random() < SPECIFIC_SHARE else families)
    thing = draw_thing(rng, topic.takes) if topic.takes else None
    task = rng.choice(topic.ask)
    phrase = task.replace("@", thing.asked) if thing else task
    if rng.random() < 0.25:
        phrase = f"{phrase} {rng.choice(phrases('context'))}"
    return Question(rng.choice(phrases("question")).replace("*", phrase), task, topic, thing)


def draw_levels(rng: random.Random) -> dict[str, float]:
    """helpful and cautious: standard normal, correlated by CORRELATION, clipped to +-LEVEL_LIMIT."""
    helpful, other = rng.gauss(0, 1), rng.gauss(0, 1)
    cautious = CORRELATION * helpful + (1 - CORRELATION**2) ** 0.5 * other
    return {
        "helpful": max(-LEVEL_LIMIT, min(LEVEL_LIMIT, helpful)),
        "cautious": max(-LEVEL_LIMIT, min(LEVEL_LIMIT, cautious)),
    }


def _clip(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def _whole(rng: random.Random, value: float) -> int:
    """``value`` rounded up or down at random. The mean stays the same."""
    return int(value) + (rng.random() < value - int(value))


def _plan(rng: random.Random, levels: dict[str, float], total: int, steps: int) -> tuple[int, int, float, float]:
    """(step sentences, caution sentences, chance of a detail, chance of a double caution)."""
    helpful, cautious = levels["helpful"], levels["cautious"]
    points = STEP_POINTS * steps * _clip(0.38 + 0.19 * helpful, 0.0, 1.0)
    detail = _clip(0.5 + 0.2 * helpful, 0.05, 1.0)
    step_count = min(points / (1 + detail), steps)
    warnings = CAUTION_POINTS * _clip(0.35 + 0.2 * cautious, 0.0, 1.0)
    double = _clip(0.3 + 0.2 * cautious, 0.0, 0.8)
    caution_count = warnings / (1 + 0.45 * double)
    crowding = min(1.0, total / max(0.1, step_count + caution_count))
    return _whole(rng, step_count * crowding), _whole(rng, caution_count * crowding), detail, double


def _in_order(rng: random.Random, placed: list[Placed]) -> list[str]:
    """The sentences in order of their places. Openings and closings share a place and are mixed at random."""
    rng.shuffle(placed)
    return [text for _, text in sorted(placed, key=lambda item: item[0])]


def advice_for(question: Question, rng: random.Random) -> Document:
    """One answer to ``question`` at levels drawn from ``rng``."""
    levels = draw_levels(rng)
    while True:
        total = rng.choice(SENTENCE_COUNTS)
        step_count, caution_count, detail, double = _plan(rng, levels, total, len(question.topic.steps))
        caution_count = min(caution_count, total - min(step_count, total))
        filler_count = total - step_count - caution_count
        if filler_count < 0:
            continue
        steps = step_sentences(rng, question.topic, question.thing, step_count, detail, levels["helpful"])
        cautions = caution_sentences(rng, question.topic, question.thing, caution_count, double)
        filler = filler_sentences(rng, question.topic, question.thing, filler_count)
        if not mentions(question.names, " ".join(text for _, text in steps + cautions + filler)):
            filler[:1] = [task_sentence(rng, question.task, question.thing)]
        response = " ".join(_in_order(rng, steps + cautions + filler))
        if WORD_LIMITS[0] <= len(response.split()) <= WORD_LIMITS[1]:
            return Document("advice", question.text, response, levels, question.subject)


def advice(rng: random.Random) -> Document:
    """A random question with one answer."""
    return advice_for(ask_question(rng), rng)
