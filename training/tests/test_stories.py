"""The story generator: same seed same text, agreement, bounds, and levels that can be read back."""

from __future__ import annotations

import random
import re
from functools import lru_cache

import pytest

from tiller_training.objectives import raw
from tiller_training.world.document import Document
from tiller_training.world.stories import (
    LEVELS, MAX_WORDS, MIN_WORDS, draw_levels, draw_prompt, story, story_for_prompt,
)
from tiller_training.world.story.load import compile_pattern, story_data
from tiller_training.world.text import WORD, spoken_words, tidy


@lru_cache(maxsize=1)
def sample() -> tuple[Document, ...]:
    rng = random.Random(11)
    return tuple(story(rng) for _ in range(600))


def stories_at(name: str, level: float, count: int = 60) -> list[Document]:
    rng = random.Random(5)
    return [story_for_prompt(draw_prompt(rng), rng, {**draw_levels(rng), name: level}) for _ in range(count)]


def mean_of(name: str, made: list[Document]) -> float:
    return sum(raw(one.kind, one.prompt, one.response)[name] for one in made) / len(made)


def test_the_same_seed_gives_the_same_story_and_another_seed_another():
    assert story(random.Random(3)) == story(random.Random(3))
    assert story(random.Random(3)) != story(random.Random(4))


def test_a_prompt_can_be_continued_in_many_ways():
    prompt = draw_prompt(random.Random(1))
    rng = random.Random(2)
    made = [story_for_prompt(prompt, rng) for _ in range(20)]
    assert {one.prompt for one in made} == {prompt.text}
    assert len({one.response for one in made}) == 20


def test_length_and_sentence_count_stay_in_bounds():
    for one in sample():
        assert MIN_WORDS <= len(WORD.findall(f"{one.prompt} {one.response}")) <= MAX_WORDS
        assert 5 <= len(re.findall(r'[.!?]"?(?= |$)', one.response)) <= 12


@pytest.mark.parametrize(
    "wrong",
    [
        r"\b[Aa] (?!one\b)[aeio]",  # "a apple"; words in u may sound like "you"
        r"\b[Aa]n [^aeiouAEIOUh]",
        r"[{}<>*|@_/\[\]]",  # an unfilled slot or a mark of the pattern language
        r"[^\x20-\x7e]",  # beyond ASCII, or a line break
        r" [,.!?]|,,|\.\.|, \.|  ",
        r"\b(\w+) \1\b",
        r'[?!]" [a-z]',  # a question must not split its sentence in two
        r"[.!?] [a-z]",
    ],
)
def test_no_text_holds_the_fault(wrong):
    found = [match.group() for one in sample() if (match := re.search(wrong, f"{one.prompt} {one.response}"))]
    assert found == []


def test_quotes_close_and_the_text_ends_as_a_sentence():
    for one in sample():
        assert one.response.count('"') % 2 == 0
        assert re.search(r'[.!?]"?$', one.response)


def test_the_main_character_stays():
    for one in sample():
        assert one.subject in one.prompt
        assert one.subject in one.response


def test_prompts_carry_no_level():
    marked = story_data().worth
    rng = random.Random(8)
    for _ in range(300):
        assert [word for word in WORD.findall(draw_prompt(rng).text.lower()) if word in marked] == []


def test_an_opening_names_the_main_character_anywhere():
    rng = random.Random(9)
    prompts = [draw_prompt(rng) for _ in range(600)]
    before = [len(WORD.findall(prompt.text.split(prompt.hero.name)[0])) for prompt in prompts]
    assert {0, 1, 2, 4, 6, 8, 10, 12} <= set(before)
    capitals = [re.findall(r"[A-Z][a-z]+", prompt.text) for prompt in prompts]
    # Not the first word with a capital, nor the only one: behind a title, a month, whoever was mentioned before.
    assert sum(words[0] != prompt.hero.name for words, prompt in zip(capitals, prompts)) > 300
    assert sum("named" not in prompt.text and before > 3 for prompt, before in zip(prompts, before)) > 150


def test_a_title_suits_its_bearer():
    words, rng = story_data().words, random.Random(10)
    titled = 0
    for _ in range(2000):
        prompt = draw_prompt(rng)
        title = re.search(rf"([A-Z][a-z]+) {prompt.hero.name}", prompt.text)
        if title and title[1] in words["mistress"] + words["mister"]:
            titled += 1
            assert title[1] in words["mistress" if prompt.hero.female else "mister"], prompt.text
    assert titled > 20


def test_levels_are_clipped_and_recorded():
    for one in sample():
        assert set(one.levels) == set(LEVELS)
        assert all(-2.5 <= level <= 2.5 for level in one.levels.values())


@pytest.mark.parametrize("name", LEVELS)
def test_each_objective_follows_its_level(name):
    low, middle, high = (mean_of(name, stories_at(name, level)) for level in (-2.5, 0.0, 2.5))
    assert low < middle < high
    assert (middle - low) / (high - low) == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("name", LEVELS)
def test_the_other_objectives_hardly_move(name):
    values = {key: [raw(one.kind, one.prompt, one.response)[key] for one in sample()] for key in LEVELS}
    for other in set(LEVELS) - {name}:
        assert abs(correlation(values[name], values[other])) < 0.25


def correlation(first: list[float], second: list[float]) -> float:
    mean_a, mean_b = sum(first) / len(first), sum(second) / len(second)
    across = sum((a - mean_a) * (b - mean_b) for a, b in zip(first, second))
    spread = sum((a - mean_a) ** 2 for a in first) * sum((b - mean_b) ** 2 for b in second)
    return across / spread**0.5


def test_tidy_mends_articles_capitals_and_spaces():
    assert tidy('he saw a  owl and an red hat , then asked , " who is it?"') == (
        'He saw an owl and a red hat, then asked, "Who is it?"'
    )
    assert tidy("a unicorn met an one-eyed cat.") == "A unicorn met a one-eyed cat."


def test_spoken_words_count_only_what_stands_in_quotes():
    assert spoken_words('"Come in," said Otto, "it is late."') == 5


def test_a_pattern_line_is_cut_into_its_pieces():
    pattern = compile_pattern("+ {N} found {a|the} *box.")
    assert pattern.outcome == "+"
    assert pattern.pieces == (
        ("slot", "N"), ("text", " found "), ("pick", "a|the"), ("text", " "), ("noun", "box"), ("text", "."),
    )
