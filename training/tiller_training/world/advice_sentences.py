"""Writes the three kinds of sentence that an answer is made of: steps, cautions, filler.

In every pattern ``@`` is the object, ``*`` the clause, ``+`` a second clause.
"""

from __future__ import annotations

import random

from .advice_objects import Thing
from .advice_topics import Topic, phrases

MAX_OWN_FILLER = 2


def name_object(rng: random.Random, text: str, thing: Thing | None) -> str:
    """Put the object for the first ``@`` and mostly a pronoun for a later one."""
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
    """Capital letter and full stop."""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


def _fill(pattern: str, clause: str, second: str = "") -> str:
    return pattern.replace("*", clause).replace("+", second)


def step_sentences(
    rng: random.Random, topic: Topic, thing: Thing | None, count: int, detail: float, helpful: float
) -> list[str]:
    """``count`` of the needed steps in order, each with its detail at chance ``detail``.

    A low level of help loosens the order and the wording too.
    """
    chosen = sorted(rng.sample(range(len(topic.steps)), count))
    if count > 1 and rng.random() < max(0.0, 0.12 - 0.1 * helpful):
        place = rng.randrange(count - 1)
        chosen[place], chosen[place + 1] = chosen[place + 1], chosen[place]
    vague = min(0.8, max(0.0, 0.4 - 0.2 * helpful))
    written: list[str] = []
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
        written.append(sentence(name_object(rng, _fill(rng.choice(phrases(shared)), clause), thing)))
    return written


def _caution_clauses(rng: random.Random, topic: Topic) -> list[tuple[str, str]]:
    """(kind, clause) of the five named cautions, in random order."""
    clauses = [("hazard", rng.choice(topic.hazards[0][1])), ("hazard", rng.choice(topic.hazards[1][1]))]
    clauses += [("protect", rng.choice(topic.protect[1])), ("stop", rng.choice(topic.stop)), ("whom", rng.choice(topic.whom))]
    rng.shuffle(clauses)
    return clauses


def caution_sentences(
    rng: random.Random, topic: Topic, thing: Thing | None, count: int, double: float
) -> list[str]:
    """``count`` cautions, no point twice; at chance ``double`` a sentence makes two points."""
    named = _caution_clauses(rng, topic)
    further = rng.sample(phrases("further"), 3)
    written: list[str] = []
    while len(written) < count and (named or further):
        if further and (not named or rng.random() < 0.3):
            text = further.pop()
        else:
            kind, clause = named.pop()
            partner = next((item for item in named if (kind, item[0]) in _DOUBLES), None)
            if partner and rng.random() < double:
                named.remove(partner)
                text = _fill(rng.choice(phrases(f"{kind}+{partner[0]}")), clause, partner[1])
            else:
                text = _fill(rng.choice(phrases(kind)), clause)
        written.append(sentence(name_object(rng, text, thing)))
    while len(written) < count:  # every point is made: warn once more in general words
        written.append(sentence(name_object(rng, rng.choice(phrases("further")), thing)))
    return written


# Pairs of points that one sentence can make; phrases.txt has a section for each.
_DOUBLES = {
    ("protect", "hazard"), ("hazard", "protect"), ("stop", "whom"), ("hazard", "stop"), ("hazard", "hazard"),
    ("stop", "hazard"), ("whom", "hazard"), ("protect", "stop"), ("protect", "whom"), ("whom", "stop"),
}


def filler_sentences(rng: random.Random, topic: Topic, thing: Thing | None, count: int) -> list[str]:
    """``count`` reasons and asides, none twice; few from the topic's own small pool, where a model would soon say one again."""
    pool = [(text, "why") for text in topic.why] + [(text, "aside-frame") for text in topic.aside]
    general = [(text, "aside-frame") for text in phrases("aside" if thing else "plain-aside")]
    chosen = rng.sample(pool, min(MAX_OWN_FILLER, count - count // 3))
    chosen += rng.sample(general, count - len(chosen))
    rng.shuffle(chosen)
    return [
        sentence(name_object(rng, _fill(rng.choice(phrases(frame)), text), thing)) for text, frame in chosen
    ]


def task_sentence(rng: random.Random, task: str, thing: Thing | None) -> str:
    """A remark that names what was asked, for an answer that would not name it otherwise."""
    text = _fill(rng.choice(phrases("task")), task.replace(" my ", " your "))
    return sentence(name_object(rng, text, thing))
