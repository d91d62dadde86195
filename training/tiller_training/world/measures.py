"""Figures about a sample of documents: the variety of texts, and the effect of the levels on the objectives."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import numpy as np

from ..objectives.words import WORD
from .document import Document

_SENTENCE = re.compile(r'[^.!?]+[.!?]+"?')


def text_measures(documents: Sequence[Document], rng: random.Random, pairs: int = 20_000) -> dict[str, float]:
    """Counts over whole texts (prompt and response). ``pairs`` random pairs estimate the share of common sentences."""
    texts: set[str] = set()
    words: set[str] = set()
    grams: set[int] = set()
    total = sentences = 0
    lower_case: set[str] = set()
    for document in documents:
        text = f"{document.prompt} {document.response}"
        texts.add(text)
        cased = WORD.findall(text)
        lower_case.update(word for word in cased if word.islower())
        tokens = [word.lower() for word in cased]
        words.update(tokens)
        grams.update(hash(tuple(tokens[i : i + 4])) for i in range(len(tokens) - 3))
        total += len(tokens)
        sentences += len(_SENTENCE.findall(document.response))
    shared = 0.0
    for _ in range(pairs):
        first, second = rng.sample(range(len(documents)), 2)
        ours = {part.strip() for part in _SENTENCE.findall(documents[first].response)}
        theirs = {part.strip() for part in _SENTENCE.findall(documents[second].response)}
        shared += len(ours & theirs) / max(1, len(ours))
    return {
        "documents": len(documents),
        "distinctDocuments": len(texts),
        "words": total,
        "distinctWords": len(words),
        "distinctLowerCaseWords": len(lower_case),
        "distinct4gramsPer1000Words": 1000.0 * len(grams) / total,
        "meanWordsPerDocument": total / len(documents),
        "meanSentencesPerResponse": sentences / len(documents),
        "sentencesSharedByTwoDocuments": shared / pairs,
    }


def spread_measures(values: np.ndarray, names: Sequence[str]) -> dict[str, object]:
    """Spread of ``values`` [prompts, draws, objectives]: mean, sd, within-prompt sd over total sd, correlations."""
    flat = values.reshape(-1, values.shape[-1])
    total = flat.std(axis=0)
    within = np.sqrt(values.var(axis=1, ddof=1).mean(axis=0))
    centred = (values - values.mean(axis=1, keepdims=True)).reshape(-1, values.shape[-1])
    return {
        "objectives": list(names),
        "mean": flat.mean(axis=0).tolist(),
        "sd": total.tolist(),
        "withinPromptOverTotalSd": (within / total).tolist(),
        "correlation": np.corrcoef(flat.T).tolist(),
        "correlationWithinPrompt": np.corrcoef(centred.T).tolist(),
    }
