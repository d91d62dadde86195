"""The place of every sentence that an answer can have. Each topic has one order.

Steps come in order. Each reason and each aside follows the step with the same number. The five cautions form two
groups: protection and the first hazard, and the second hazard, when to stop and whom to ask. Each group stands before
one of the steps, which depends on the topic. General remarks open or close the answer.
"""

from __future__ import annotations

from .advice_topics import Topic, all_topics

OPENING = 0
CLOSING = 1_000
_ROOM = 10  # between two steps
_EARLY = (0, 1)  # the first group stands before one of these steps
_LATE = (2, 3, 4)  # and the second group before one of these


def step_place(number: int) -> int:
    return _ROOM * (number + 1)


def filler_place(number: int) -> int:
    """The place of the reason with this number. Its aside has the next place."""
    return step_place(number) + 1


def caution_places(topic: Topic) -> dict[str, int]:
    """Places of the five named cautions in answers on this topic."""
    number = [known.name for known in all_topics()].index(topic.name)
    early = step_place(_EARLY[number % len(_EARLY)]) - 5
    late = step_place(_LATE[number % len(_LATE)]) - 5
    return {"protect": early, "hazard0": early + 1, "hazard1": late, "stop": late + 1, "whom": late + 2}
