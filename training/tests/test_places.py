"""What an answer says of its topic stands in one order, so no point is made twice."""

from __future__ import annotations

import random

import pytest

from tiller_training.world.advice import advice_for, ask_question
from tiller_training.world.advice_sentences import (
    caution_sentences,
    filler_sentences,
    step_sentences,
    task_sentence,
)
from tiller_training.world.advice_topics import all_topics
from tiller_training.world.places import CLOSING, OPENING, caution_places, filler_place, step_place

TOPICS = all_topics()


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_no_two_things_of_a_topic_share_a_place(topic) -> None:
    places = [step_place(number) for number in range(len(topic.steps))]
    places += list(caution_places(topic).values())
    for number in range(max(len(topic.why), len(topic.aside))):
        places += [filler_place(number), filler_place(number) + 1]
    assert len(set(places)) == len(places)
    assert OPENING < min(places) and max(places) < CLOSING


def test_the_groups_of_cautions_stand_elsewhere_in_other_topics() -> None:
    assert len({tuple(caution_places(topic).values()) for topic in TOPICS}) == 6


def test_sentences_of_a_topic_keep_their_order_in_every_answer() -> None:
    rng = random.Random(4)
    for _ in range(300):
        topic = rng.choice(TOPICS)
        placed = step_sentences(rng, topic, None, 4, 0.5, 0.0)
        placed += caution_sentences(rng, topic, None, 5, 0.5) + filler_sentences(rng, topic, None, 6)
        own = [place for place, _ in placed if OPENING < place < CLOSING]
        assert len(set(own)) == len(own)


def test_an_answer_gives_its_steps_in_order() -> None:
    rng, compared = random.Random(5), 0
    for _ in range(300):
        question = ask_question(rng)
        clauses = [step.clauses for step in question.topic.steps]
        text = advice_for(question, rng).response.lower()
        found = [
            min((text.find(clause) for clause in options if "@" not in clause and clause in text), default=-1)
            for options in clauses
        ]
        places = [place for place in found if place >= 0]
        assert places == sorted(places)
        compared += len(places) > 1
    assert compared > 50


def test_a_remark_on_the_task_opens_the_answer() -> None:
    assert task_sentence(random.Random(1), "whistle", None)[0] == OPENING
