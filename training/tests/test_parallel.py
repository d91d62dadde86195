"""Work that is spread over processes gives what one process gives, in order."""

from __future__ import annotations

import json
from functools import partial

from tiller_training.data import corpus
from tiller_training.data.corpus import block, distinct_lines
from tiller_training.data.dataset import TokenRows, encoded
from tiller_training.run.parallel import spread


def _power(base: int, exponent: int) -> int:
    return base**exponent


def test_results_come_in_order_from_one_process_and_from_many() -> None:
    items = list(range(40))
    expected = [item**3 for item in items]
    assert list(spread(partial(_power, exponent=3), items)) == expected
    assert list(spread(partial(_power, exponent=3), items, few=2)) == expected


def test_blocks_of_documents_add_up_without_saying_one_twice() -> None:
    lines = list(distinct_lines(5, "train", 70, 25))
    texts = [(made["prompt"], made["response"]) for made in map(json.loads, lines)]
    assert len(texts) == len(set(texts)) == 70
    assert lines[25:50] == [line for _, line in block(1, 5, "train", 25)]


def test_a_document_that_comes_again_is_made_up_for_by_a_further_block(monkeypatch) -> None:
    blocks = [["a", "b", "a"], ["b", "c", "d"], ["e", "f", "g"]]
    made = lambda number, seed, split, size: [(name.encode(), name) for name in blocks[number]]  # noqa: E731
    monkeypatch.setattr(corpus, "block", made)
    assert list(distinct_lines(5, "train", 3, 3)) == ["a", "b", "c"]


def test_encoding_in_blocks_depends_on_where_a_block_starts_alone(tmp_path) -> None:
    from tiller_training.export.tiny import tiny_tokenizer

    path = tmp_path / "tokenizer.json"
    path.write_text(tiny_tokenizer().to_str(), encoding="utf-8")
    lines = list(distinct_lines(5, "train", 8, 8))
    given = {"tokenizer": str(path), "share": 0.5, "seed": 3}
    first, again, other = (encoded((start, lines), **given) for start in (0, 0, 8))
    assert first.tokens.tolist() == again.tokens.tolist() != other.tokens.tolist()
    plain = encoded((0, lines), **{**given, "share": 0.0})
    assert len(TokenRows.merge([first, plain])) == 16
    assert plain.tokens.tolist() != first.tokens.tolist()
