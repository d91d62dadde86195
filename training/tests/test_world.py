"""Document streams, the splits, the word lists and the report's measures."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from tiller_training.world.document import Document
from tiller_training.world.generate import SPLITS, documents, split_of
from tiller_training.world.lexicon import WORDS_FILE, rendered, story_lexicon
from tiller_training.world.measures import spread_measures, text_measures
from tiller_training.world.text import WORD

COUNT = 150


def test_a_seed_fixes_the_stream():
    assert list(documents(7, 40)) == list(documents(7, 40))
    assert list(documents(7, 40)) != list(documents(8, 40))


def test_the_share_of_kinds_is_kept():
    kinds = [made.kind for made in documents(1, 600, kind_share=0.5)]
    assert 240 < kinds.count("advice") < 360
    assert {made.kind for made in documents(1, 20, kind_share=0.0)} == {"story"}


def test_bad_arguments_say_what_is_allowed():
    with pytest.raises(ValueError, match=r"kind_share is 1.5, must lie in \[0, 1\]"):
        next(documents(1, 1, kind_share=1.5))
    with pytest.raises(ValueError, match="must be one of train, validation, prompts"):
        next(documents(1, 1, split="test"))


def test_splits_share_neither_prompts_nor_documents():
    made = {split: list(documents(1, COUNT, split=split)) for split in SPLITS}
    for split, part in made.items():
        assert len(part) == COUNT
        assert {split_of(one.prompt) for one in part} == {split}
    prompts = [{one.prompt for one in part} for part in made.values()]
    assert not (prompts[0] & prompts[1] or prompts[0] & prompts[2] or prompts[1] & prompts[2])


def test_the_word_lists_on_disk_are_current():
    assert WORDS_FILE.read_text(encoding="utf-8") == rendered()


def test_the_objective_lists_do_not_overlap():
    lists = story_lexicon()
    names = ("happy", "sad", "adventure", "describing")
    for index, name in enumerate(names):
        assert len(lists[name]) > 80
        for other in names[index + 1 :]:
            assert set(lists[name]) & set(lists[other]) == set()


def test_every_written_word_is_in_the_vocabulary():
    vocabulary = set(json.loads(WORDS_FILE.read_text(encoding="utf-8"))["vocabulary"])
    unknown = {
        word
        for made in documents(3, 800)
        for word in set(WORD.findall(made.response)) - set(WORD.findall(made.prompt))  # a prompt may invent things
        if word.islower() and word not in vocabulary
    }
    assert unknown == set()


def two_documents() -> list[Document]:
    return [
        Document("story", "Otto sat.", "He ran off. It was late.", {}, "Otto"),
        Document("story", "Ida sat.", "He ran off. She sang.", {}, "Ida"),
    ]


def test_text_measures_against_counts_by_hand():
    found = text_measures(two_documents(), random.Random(1), pairs=10)
    assert found["distinctDocuments"] == 2
    assert found["words"] == 15
    assert found["distinctWords"] == 11  # otto ida sat he ran off it was late she sang
    assert found["distinct4gramsPer1000Words"] == pytest.approx(1000 * 8 / 15)  # "sat he ran off" twice
    assert found["sentencesSharedByTwoDocuments"] == pytest.approx(0.5)


def test_spread_measures_against_values_by_hand():
    values = np.array([[[1.0, 2.0], [3.0, 4.0]], [[1.0, 4.0], [3.0, 2.0]]])  # 2 prompts, 2 draws, 2 objectives
    found = spread_measures(values, ("first", "second"))
    assert found["mean"] == [2.0, 3.0]
    assert found["sd"] == [1.0, 1.0]
    assert found["withinPromptOverTotalSd"] == pytest.approx([2**0.5, 2**0.5])
    assert found["correlation"][0][1] == pytest.approx(0.0)
