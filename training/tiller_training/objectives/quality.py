"""The penalty of every objective for repetition and nonsense. Because of it, a proxy can be over-optimised."""

from __future__ import annotations

from .words import cased_words, lexicon, tokenise

FREE_REPETITION = 0.03
FREE_NONSENSE = 0.02
REPETITION_WEIGHT = 1.5
NONSENSE_WEIGHT = 1.5


def repetition(words: list[str]) -> float:
    """Share in [0, 1] of the word 3-grams that occurred earlier in ``words``."""
    total = len(words) - 2
    if total <= 0:
        return 0.0
    distinct = len(set(zip(words, words[1:], words[2:])))
    return (total - distinct) / total


def nonsense(prompt: str, response: str) -> float:
    """Share in [0, 1] of the lower-case words of ``response`` that are neither in the vocabulary of the world nor in the
    prompt. Capitalised words count as names and are left out."""
    small = [word.lower() for word in cased_words(response) if word[0].islower()]
    if not small:
        return 0.0
    unknown = set(small) - lexicon().vocabulary
    if unknown:
        unknown.difference_update(tokenise(prompt))
    return sum(word in unknown for word in small) / len(small) if unknown else 0.0


def penalty(prompt: str, response: str, words: list[str]) -> float:
    """The penalty, at least 0, without a unit. It is 0 for little repetition and no made-up words."""
    excess_repetition = max(0.0, repetition(words) - FREE_REPETITION)
    excess_nonsense = max(0.0, nonsense(prompt, response) - FREE_NONSENSE)
    return REPETITION_WEIGHT * excess_repetition + NONSENSE_WEIGHT * excess_nonsense
