"""Writes the three kinds of sentence of an answer: steps, cautions and filler. Each has a place.

The sentences about a topic have a fixed order (`places.py`). So the last sentence decides which may follow. Without the
order, a model would have to read all earlier sentences to avoid repeating one, and a small model does not learn that.
In every pattern ``@`` is the object, ``*`` the clause, ``+`` a second clause.
"""

from __future__ import annotations

import random

from .advice_objects import Thing
from .advice_topics import Topic, phrases
from .places import CLOSING, OPENING, caution_places, filler_place, step_place

Placed = tuple[int, str]  # place in the answer, sentence


def name_object(rng: random.Random, text: str, thing: Thing | None) -> str:
    """Replaces the first ``@`` by the object, and later ones mostly by a pronoun."""
    if thing is None:
        return text
    while "@" in text:
        first = thing.head not in text
        if not first and rng.random() < 0.8:
            name = thing.pronoun
        else:
            name = rng.choice((f"the {thing.head}", f"the {thing.head}", f"your {thing.head}", f"the {thing.full}"))
        text = text.replace("@", name, 1)
    return text


def sentence(text: str) -> str:
    """Adds a capital letter and a full stop."""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


def _fill(pattern: str, clause: str, second: str = "") -> str:
    return pattern.replace("*", clause).replace("+", second)


def step_sentences(
    rng: random.Random, topic: Topic, thing: Thing | None, count: int, detail: float, helpful: float
) -> list[Placed]:
    """``count`` of the needed steps, each with its detail at probability ``detail``. A low level gives vague wording."""
    chosen = sorted(rng.sample(range(len(topic.steps)), count))
    vague = min(0.8, max(0.0, 0.4 - 0.2 * helpful))
    written: list[Placed] = []
    for place, number in enumerate(chosen):
        step = topic.steps[number]
        clause = rng.choice(step.clauses)
        if rng.random() < detail:
            clause = f"{clause} {rng.choice(step.details)}"
        elif rng.random() < vague:
            clause = f"{clause} {rng.choice(phrases('vague'))}"
        shared = "any"
        if rng.random() < 0.65:
            shared = "first" if place == 0 else "last" if place == count - 1 and number == len(topic.steps) - 1 else "next"
        text = sentence(name_object(rng, _fill(rng.choice(phrases(shared)), clause), thing))
        written.append((step_place(number), text))
    return written


def _caution_clauses(rng: random.Random, topic: Topic) -> dict[str, str]:
    """A clause for each of the five named cautions."""
    clauses = {f"hazard{number}": rng.choice(topic.hazards[number][1]) for number in (0, 1)}
    return clauses | {
        "protect": rng.choice(topic.protect[1]), "stop": rng.choice(topic.stop), "whom": rng.choice(topic.whom),
    }


def caution_sentences(
    rng: random.Random, topic: Topic, thing: Thing | None, count: int, double: float
) -> list[Placed]:
    """``count`` cautions without repeats. With probability ``double`` a sentence has two cautions that are neighbours."""
    clauses, places = _caution_clauses(rng, topic), caution_places(topic)
    named = rng.sample(list(clauses), len(clauses))
    further = rng.sample(phrases("further"), 3)
    written: list[Placed] = []
    while len(written) < count and (named or further):
        if further and (not named or rng.random() < 0.3):
            place, text = rng.choice((OPENING, CLOSING)), further.pop()
        else:
            first = named.pop()
            place, text = places[first], _fill(rng.choice(phrases(_kind(first))), clauses[first])
            partners = [second for second in named if (first, second) in _DOUBLES or (second, first) in _DOUBLES]
            if partners and rng.random() < double:
                second = rng.choice(partners)
                named.remove(second)
                place = min(place, places[second])
                first, second = rng.sample((first, second), 2)
                pattern = rng.choice(phrases(f"{_kind(first)}+{_kind(second)}"))
                text = _fill(pattern, clauses[first], clauses[second])
        written.append((place, sentence(name_object(rng, text, thing))))
    while len(written) < count:  # all cautions are used: add a general warning
        text = sentence(name_object(rng, rng.choice(phrases("further")), thing))
        written.append((rng.choice((OPENING, CLOSING)), text))
    return written


def _kind(caution: str) -> str:
    return caution.rstrip("01")


# Neighbours that one sentence can name, in either order. phrases.txt has a section for each order.
_DOUBLES = {("protect", "hazard0"), ("hazard1", "stop"), ("stop", "whom")}


def filler_sentences(rng: random.Random, topic: Topic, thing: Thing | None, count: int) -> list[Placed]:
    """``count`` reasons and asides without repeats. Two thirds of them are from the topic."""
    own = [(filler_place(number), text, "why") for number, text in enumerate(topic.why)]
    own += [(filler_place(number) + 1, text, "aside-frame") for number, text in enumerate(topic.aside)]
    chosen = rng.sample(own, min(len(own), count - count // 3))
    general = rng.sample(phrases("aside" if thing else "plain-aside"), count - len(chosen))
    chosen += [(rng.choice((OPENING, CLOSING)), text, "aside-frame") for text in general]
    return [
        (place, sentence(name_object(rng, _fill(rng.choice(phrases(frame)), text), thing)))
        for place, text, frame in chosen
    ]


def task_sentence(rng: random.Random, task: str, thing: Thing | None) -> Placed:
    """A remark that names the task, for an answer that does not name it otherwise."""
    text = _fill(rng.choice(phrases("task")), task.replace(" my ", " your "))
    return OPENING, sentence(name_object(rng, text, thing))
