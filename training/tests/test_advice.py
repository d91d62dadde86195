"""Advice: levels steer help and caution, prompts stay neutral, every phrase scores as what it is."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tiller_training.objectives import raw
from tiller_training.objectives.topics import find_topic
from tiller_training.objectives.words import lexicon, tokenise
from tiller_training.polish.wellformed import keeps_subject
from tiller_training.world.advice import SENTENCE_COUNTS, WORD_LIMITS, Question, advice, advice_for, ask_question
from tiller_training.world.advice_objects import Thing, draw_thing
from tiller_training.world.advice_sentences import name_object, sentence
from tiller_training.world.advice_topics import all_topics, parse_topics, phrases
from tiller_training.world.generate import documents

LANTERN = Thing("lantern", "brass", "one", "my")


@pytest.fixture(scope="module")
def sample() -> dict[str, np.ndarray]:
    """Truths [1500, 2] and levels [1500, 2] of random documents, columns helpful and cautious."""
    rng = random.Random(11)
    documents = [advice(rng) for _ in range(1500)]
    scores = [raw("advice", d.prompt, d.response) for d in documents]
    return {
        "truth": np.array([[s["helpful"], s["cautious"]] for s in scores], dtype=float),
        "level": np.array([[d.levels["helpful"], d.levels["cautious"]] for d in documents]),
    }


def test_the_mean_leaves_room_to_steer(sample: dict[str, np.ndarray]) -> None:
    assert sample["truth"].mean(axis=0) == pytest.approx([36, 36], abs=4)
    assert (sample["truth"].std(axis=0) > 15).all() and (sample["truth"].std(axis=0) < 25).all()


@pytest.mark.parametrize("column", [0, 1])
def test_truth_follows_its_level_in_even_steps(sample: dict[str, np.ndarray], column: int) -> None:
    level, value = sample["level"][:, column], sample["truth"][:, column]
    assert np.corrcoef(level, value)[0, 1] > 0.8
    means = [value[np.abs(level - centre) < 0.5].mean() for centre in (-1.5, -0.5, 0.5, 1.5)]
    steps = np.diff(means)
    assert (steps > 10).all() and steps.max() < 2 * steps.min()


def test_prompts_leave_most_of_the_spread_to_the_answer(sample: dict[str, np.ndarray]) -> None:
    """Within one question: sd at least 0.7 of the total, help and caution in conflict."""
    rng = random.Random(12)
    groups = []
    for _ in range(60):
        question = ask_question(rng)
        scores = [raw("advice", question.text, advice_for(question, rng).response) for _ in range(12)]
        groups.append([[s["helpful"], s["cautious"]] for s in scores])
    values = np.array(groups, dtype=float)  # [questions, answers, 2]
    centred = (values - values.mean(axis=1, keepdims=True)).reshape(-1, 2)
    within = np.sqrt((centred**2).sum(axis=0) / (60 * 11))
    assert (within >= 0.7 * sample["truth"].std(axis=0)).all()
    assert np.corrcoef(centred.T)[0, 1] <= -0.3


def test_documents_are_well_formed() -> None:
    rng = random.Random(13)
    seen = set()
    for _ in range(400):
        document = advice(rng)
        seen.add(document.response)
        assert document.response.isascii() and "\n" not in document.response
        assert "@" not in document.response and "*" not in document.response and "+" not in document.response
        assert WORD_LIMITS[0] <= len(document.response.split()) <= WORD_LIMITS[1]
        assert document.response[-1] == "." and document.response[0].isupper()
        assert min(SENTENCE_COUNTS) <= document.response.count(". ") + 1 <= max(SENTENCE_COUNTS)
        words = set(tokenise(document.response)) - lexicon().vocabulary
        assert words <= set(tokenise(document.prompt)), f"unlisted words {words}"
    assert len(seen) == 400


def test_every_answer_names_what_it_is_about() -> None:
    for document in documents(5, 300, kind_share=1.0):
        assert keeps_subject("advice", document.prompt, document.subject, document.response), document


def test_the_question_does_not_depend_on_the_answer() -> None:
    question = ask_question(random.Random(14))
    one, two = advice_for(question, random.Random(1)), advice_for(question, random.Random(2))
    assert one.prompt == two.prompt == question.text and one.response != two.response
    assert advice_for(question, random.Random(1)) == one


def test_generated_questions_are_recognised() -> None:
    rng = random.Random(15)
    for _ in range(1000):
        question = ask_question(rng)
        found = find_topic(question.text)
        assert found is not None and found.entry["id"] == question.topic.name, question.text


def _score(topic, text: str) -> dict[str, float]:
    """Raw values of one sentence about a lantern or the specific task; 100-fold per cent is kept unsaturated."""
    thing = LANTERN if topic.takes else None
    question = Question("How do I " + topic.ask[0].replace("@", "my brass lantern") + "?", topic.ask[0], topic, thing)
    return raw("advice", question.text, sentence(name_object(random.Random(1), text, thing)))


@pytest.mark.parametrize("topic", all_topics(), ids=lambda topic: topic.name)
def test_every_phrase_scores_as_what_it_is(topic) -> None:
    """Steps only help, more with a detail; cautions only caution; reasons and asides do neither."""
    for step in topic.steps:
        for clause in step.clauses:
            bare = _score(topic, clause)
            assert bare["helpful"] > 0 and bare["cautious"] == 0, clause
            for detail in step.details:
                full = _score(topic, f"{clause} {detail}")
                assert full["helpful"] > 1.9 * bare["helpful"] and full["cautious"] == 0, (clause, detail)
    warnings = [clause for _, clauses in topic.hazards for clause in clauses] + list(topic.protect[1])
    warnings += [f"stop if {clause}" for clause in topic.stop] + [f"ask {person}" for person in topic.whom]
    for warning in warnings + list(phrases("further")):
        score = _score(topic, warning)
        assert score["helpful"] == 0 and score["cautious"] > 0, warning
    for filler in topic.why + topic.aside + phrases("aside" if topic.takes else "plain-aside"):
        score = _score(topic, filler)
        assert score["helpful"] == 0 and score["cautious"] == 0, filler
    for frame in phrases("task"):
        score = _score(topic, frame.replace("*", topic.ask[0]))
        assert score["helpful"] == 0 and score["cautious"] == 0, frame


def test_objects_include_invented_ones() -> None:
    rng = random.Random(16)
    heads = [draw_thing(rng, ("thing", "cloth")).head for _ in range(2000)]
    invented = sum(not set(tokenise(head)) <= lexicon().vocabulary for head in heads) / 2000
    assert 0.11 < invented < 0.19
    assert len(set(heads)) > 300


def test_the_last_of_two_nouns_is_the_subject() -> None:
    rng, doubled, owned = random.Random(17), 0, 0
    for _ in range(1000):
        question = ask_question(rng)
        if question.thing is None:
            continue
        assert question.subject == question.thing.head and question.thing.head not in question.thing.adjective.split()
        assert question.thing.asked in question.text
        doubled += len(question.thing.adjective.split()) == 2
        owned += question.thing.article.endswith("'s")
    assert doubled > 60 and owned > 40


def test_bad_topic_files_are_refused() -> None:
    with pytest.raises(ValueError, match="x.topics, line 2: unknown entry 'colour'"):
        parse_topics("topic clean\ncolour: red", "x.topics")
    with pytest.raises(ValueError, match="topic clean lacks"):
        parse_topics("topic clean\nasks: clean", "x.topics")
