"""Finds the tokens that are to blame for the faults of responses, and compares them with the usual share of faults.

Advantage of a token = sum over the three grains (word, sentence, text) of

    share of faulty tokens in its group - 1 if it lies in a fault, else 0

so the advantages of a group sum to zero. A group has the tokens of one kind of document. For the grain "sentence", a
group also has one place in the text: late sentences repeat others more often, and a short text must not win because
it is short. One verdict per text would teach the same, but would need many times as many texts (fine-grained
rewards: Wu et al. 2023, arXiv 2306.01693).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from tiller_training.objectives.words import sentence_spans
from tiller_training.polish.faults import GRAINS, Fault, faults_of
from tiller_training.run.settings import END
from tiller_training.world.document import Document

LAST_PLACE = 15  # sentences from here on share a group


def piece_texts(tokenizer: Tokenizer) -> list[str]:
    """The text of each id, with one character per byte. Bytes outside ASCII are "#", and special tokens are empty."""
    texts = []
    for index in range(tokenizer.get_vocab_size()):
        piece, text = tokenizer.id_to_token(index), tokenizer.decode([index], skip_special_tokens=True)
        is_special = text == "" and piece.startswith("<")
        texts.append("" if is_special else text if len(text) == len(piece) and text.isascii() else "#" * len(piece))
    return texts


@dataclass(frozen=True)
class Graded:
    """One response: its faults, its faulty tokens by grain (3,T), and the sentence of each token (T,)."""

    kind: str
    faults: list[Fault]
    faulty: np.ndarray
    places: np.ndarray


def grade(document: Document, ids: list[int], texts: list[str]) -> Graded:
    """Grades a response. `ids` (T,) hold </s> if it ended."""
    lengths = np.array([len(texts[index]) for index in ids])
    ends = lengths.cumsum()
    starts, text = ends - lengths, "".join(texts[index] for index in ids)
    faults = faults_of(document.kind, document.prompt, document.subject, text, ids[-1] == END)
    faulty = np.zeros((len(GRAINS), len(ids)), dtype=bool)
    for fault in faults:
        touched = (starts < fault.end) & (ends > fault.start)
        # The end of the text has no letters. It belongs to the last sentence.
        touched |= (lengths == 0) & (fault.grain != "word") & (fault.end == len(text))
        faulty[GRAINS.index(fault.grain)] |= touched
    heads = np.array([start for start, _ in sentence_spans(text)] or [0])
    places = np.searchsorted(heads, starts, side="right") - 1
    return Graded(document.kind, faults, faulty, places.clip(0, LAST_PLACE))


def advantages(batch: list[Graded]) -> list[np.ndarray]:
    """Advantages (T,) of each response. In every group, the part of each grain sums to zero."""
    kinds = sorted({graded.kind for graded in batch})
    kind = np.concatenate([np.full(len(graded.places), kinds.index(graded.kind)) for graded in batch])
    place = np.concatenate([graded.places for graded in batch])
    faulty = np.concatenate([graded.faulty for graded in batch], axis=1).astype(float)
    groups = (kind, kind * (LAST_PLACE + 1) + place, kind)
    total = np.zeros(len(kind))
    for group, marks in zip(groups, faulty, strict=True):
        usual = np.bincount(group, marks) / np.bincount(group).clip(1)
        total += usual[group] - marks
    return np.split(total, np.cumsum([len(graded.places) for graded in batch])[:-1])
