"""Faults against the verdict of the reports, and credit against sums by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tokenizers import Tokenizer

from tiller_training.export.tiny import tiny_tokenizer
from tiller_training.polish.credit import Graded, advantages, grade, piece_texts
from tiller_training.polish.faults import faults_of
from tiller_training.polish.polish import is_good
from tiller_training.run.settings import END
from tiller_training.world.document import Document
from tiller_training.world.generate import documents

@pytest.fixture(scope="module", name="tokenizer")
def _tokenizer() -> Tokenizer:
    return tiny_tokenizer()


STORY_PROMPT = "Once there was a hen named Zebulina."
GOOD = 'Zebulina found a red hat near the gate. "Is this hat yours?" asked Zebulina. The wind was cold, and nobody came.'


def whats(text: str, kind: str = "story", prompt: str = STORY_PROMPT, subject: str = "Zebulina", ended: bool = True) -> list[tuple[str, str]]:
    return [(fault.what, text[fault.start : fault.end].strip()) for fault in faults_of(kind, prompt, subject, text, ended)]


def test_a_good_text_has_no_faults() -> None:
    assert whats(GOOD) == []


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        (GOOD.replace("red hat", "red hoblet"), "made-up word", "hoblet"),
        (GOOD.replace('asked Zebulina', 'asked Zebullo'), "nobody's name", "Zebullo"),
        (GOOD.replace("nobody came", "Peter came"), "nobody's name", "Peter"),
        (GOOD.replace("The wind was cold", "The fox named windy was cold"), "no name", "windy"),
        (GOOD.replace("The wind", "the wind"), "no capital", "t"),
        (GOOD.replace('yours?"', "yours?"), "open quote", '"Is this hat yours?'),
        (GOOD + " The wind was cold, and nobody came.", "sentence said before", "The wind was cold, and nobody came."),
        (GOOD[:-1], "no ending", "The wind was cold, and nobody came"),
    ],
)
def test_each_fault_is_found_where_it_is(text: str, what: str, where: str) -> None:
    assert (what, where) in whats(text)


def test_a_quote_behind_the_last_sentence_is_blamed_on_it() -> None:
    assert ("open quote", "The wind was cold, and nobody came.") in whats(GOOD + ' "')
    assert ("open quote", '"') in whats('"')


def test_who_was_introduced_is_somebody_from_there_on() -> None:
    assert whats(GOOD + " A fox named Peter hid Peter's tail.") == []
    assert whats(GOOD + " Peter sat down. A fox named Peter hid Peter's tail.") == [("nobody's name", "Peter")]


def test_a_text_that_is_cut_off_or_too_short_or_off_its_subject_is_told() -> None:
    assert whats(GOOD, ended=False) == [("no ending", "The wind was cold, and nobody came.")]
    assert whats("Zebulina found a red hat.") == [("short", "Zebulina found a red hat.")]
    away = GOOD.replace("Zebulina", "The hen")
    assert whats(away) == [("subject", away)]


def test_repeated_triples_count_only_where_there_are_too_many() -> None:
    once = "Wipe the pan with a cloth. Then wipe the pan again."
    assert ("said before", "wipe the pan") in whats(once, "advice", "How do I clean a pan?", "pan")
    long = once + " " + " ".join(f"{head} {tail}." for head, tail in zip(
        ("Rinse it in the sink", "Put on some gloves", "Open every window", "Dry the rim at last"),
        ("when the water is warm", "if your skin is thin", "before you start with soap", "and keep it on a shelf"),
    ))
    assert whats(long, "advice", "How do I clean a pan?", "pan") == []


def test_what_the_world_writes_is_all_but_free_of_faults() -> None:
    written = list(documents(5, 300, split="train"))
    faulty = [d for d in written if faults_of(d.kind, d.prompt, d.subject, d.response, True)]
    assert len(faulty) <= 6


def test_tokens_of_a_fault_are_marked_and_the_end_belongs_to_the_last_sentence(tokenizer: Tokenizer) -> None:
    texts = piece_texts(tokenizer)
    document = Document("story", STORY_PROMPT, GOOD, {}, "Zebulina")
    text = GOOD.replace("red hat", "red hoblet") + " The wind was cold, and nobody came."
    ids = [*tokenizer.encode(text).ids, END]
    graded = grade(document, ids, texts)
    marked = ["".join(texts[i] for i, hit in zip(ids, row) if hit).strip() for row in graded.faulty]
    assert "hoblet" in marked[0]
    assert marked[1] == "The wind was cold, and nobody came." and graded.faulty[1, -1]
    assert not graded.faulty[0, -1] and not graded.faulty[2].any()
    assert graded.places[0] == 0 and graded.places[-1] == max(graded.places)
    assert not is_good(document, text, graded)
    clean = grade(document, [*tokenizer.encode(GOOD).ids, END], texts)
    assert clean.faults == [] and is_good(document, GOOD, clean)
    assert not is_good(document, GOOD, grade(document, tokenizer.encode(GOOD).ids, texts))


def test_advantages_by_hand() -> None:
    """Two stories of three tokens: one word of six faulty; of the second sentences one of two."""
    first = Graded("story", [], np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool), np.array([0, 0, 1]))
    second = Graded("story", [], np.array([[0, 0, 0], [0, 0, 0], [1, 1, 1]], dtype=bool), np.array([0, 0, 1]))
    other = Graded("advice", [], np.ones((3, 2), dtype=bool), np.array([0, 0]))
    given = advantages([first, other, second])
    word, text = 1 / 6, 1 / 2
    assert given[0] == pytest.approx([word + text, word - 1 + text, word + 0.5 - 1 + text])
    assert given[2] == pytest.approx([word + text - 1, word + text - 1, word + 0.5 + text - 1])
    # Where everything is faulty, nothing is worse than usual.
    assert given[1] == pytest.approx([0, 0])
    assert sum(map(np.sum, given)) == pytest.approx(0)


def test_a_piece_has_as_many_characters_as_bytes(tokenizer: Tokenizer) -> None:
    texts = piece_texts(tokenizer)
    assert texts[END] == ""
    ids = tokenizer.encode("naïve hats").ids
    assert len("".join(texts[i] for i in ids).lstrip()) == len("naïve hats".encode())
