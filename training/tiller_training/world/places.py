"""Where each thing that an answer can say of its topic stands: one order for every topic.

Steps are the frame; a reason and an aside follow the step of their number. The five cautions stand in two groups
of neighbours, protection with the first hazard and the second hazard with when to stop and whom to ask, each
before one of the steps, which differs from topic to topic. General remarks open or close the answer.
"""

from __future__ import annotations

from .advice_topics import Topic, all_topics

OPENING = 0
CLOSING = 1_000
_ROOM = 10  # between two steps
_EARLY = (0, 1)  # steps before which the first group can stand
_LATE = (2, 3, 4)  # and the second


def step_place(number: int) -> int:
    return _ROOM * (number + 1)


def filler_place(number: int) -> int:
    """Of the reason with this number; its aside has the next place."""
    return step_place(number) + 1


def caution_places(topic: Topic) -> dict[str, int]:
    """Places of the five named cautions in answers on this topic."""
    number = [known.name for known in all_topics()].index(topic.name)
    early = step_place(_EARLY[number % len(_EARLY)]) - 5
    late = step_place(_LATE[number % len(_LATE)]) - 5
    return {"protect": early, "hazard0": early + 1, "hazard1": late, "stop": late + 1, "whom": late + 2}
