"""Strangers: everything that was said of a name is said of the new one, and nothing else changes."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from tiller_training.data.strangers import pieces_of, replaceable, strange_word, with_strange_kind, with_strangers
from tiller_training.export.tiny import tiny_tokenizer
from tiller_training.objectives.words import lexicon
from tiller_training.polish.wellformed import is_well_formed, keeps_subject
from tiller_training.world.document import Document
from tiller_training.world.generate import documents

STORY = Document(
    "story", "Anna the hen had an egg.", "Anna asked a fox named Bo, \"Is it Anna's?\" Annabel and Bo said no.", {}, "Anna"
)
ADVICE = Document("advice", "How do I clean my muddy boots?", "Rinse your boots. A bootmaker dries boots.", {}, "muddy boots")
PIECES = pieces_of(tiny_tokenizer())


def test_names_and_objects_are_replaced_wherever_they_stand() -> None:
    assert replaceable(STORY) == ["Anna", "Bo"]
    changed = with_strangers(STORY, random.Random(4), PIECES)
    name, fox = changed.subject, re.search(r"named (\w+),", changed.response)[1]  # type: ignore[index]
    assert name[0] in "AEIOU" and fox[0] not in "AEIOU" and {name, fox}.isdisjoint({"Anna", "Bo"})
    assert changed.prompt == f"{name} the hen had an egg."
    assert changed.response == f'{name} asked a fox named {fox}, "Is it {name}\'s?" Annabel and {fox} said no.'


def test_a_plural_stays_one_and_other_words_stay() -> None:
    changed = with_strangers(ADVICE, random.Random(4), PIECES)
    noun = changed.subject.removeprefix("muddy ")
    assert noun.endswith("s") and noun != "boots"
    assert changed.response == f"Rinse your {noun}. A bootmaker dries {noun}."


def test_what_stands_before_an_object_is_replaced_where_the_two_stand_together() -> None:
    boots = replace(ADVICE, response="Scrape a muddy patch off your muddy boots.")
    changed = with_strange_kind(boots, random.Random(4), PIECES)
    kind = re.search(r"my (\w+) boots", changed.prompt)[1]  # type: ignore[index]
    assert kind != "muddy" and kind not in lexicon().vocabulary
    assert changed.response == f"Scrape a muddy patch off your {kind} boots."
    bare = replace(ADVICE, prompt="How do I clean my boots?")
    assert with_strange_kind(bare, random.Random(4), PIECES) == bare


def test_a_task_that_is_about_certain_things_keeps_them() -> None:
    tea = Document("advice", "How do I make tea?", "Boil the water. Pour it on the tea.", {}, "tea")
    assert with_strangers(tea, random.Random(1), PIECES) == tea


def test_strange_words_are_in_no_list_and_open_as_asked() -> None:
    rng = random.Random(9)
    for opens_with_vowel in (True, False):
        words = {strange_word(rng, PIECES, opens_with_vowel) for _ in range(200)}
        assert len(words) > 190 and words.isdisjoint(lexicon().vocabulary)
        assert all((word[0] in "aeiou") == opens_with_vowel for word in words)


def test_documents_about_strangers_are_as_well_formed_as_the_world_s() -> None:
    rng, written = random.Random(3), list(documents(6, 200, split="train"))
    for document in written:
        changed = with_strangers(document, rng, PIECES)
        assert keeps_subject(changed.kind, changed.prompt, changed.subject, changed.response), changed
        if is_well_formed(document.kind, document.prompt, document.response):
            assert is_well_formed(changed.kind, changed.prompt, changed.response), changed
