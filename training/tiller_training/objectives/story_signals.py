"""Signals of the four story objectives, before saturation and penalty."""

from __future__ import annotations

import re

from .words import Sentence, capped_hits, lexicon, tokenise

MIN_SENTENCES = 3  # one good sentence must not score as high as a whole story
MOOD_CLIP = 2
ADVENTURE_CLIP = 3
DESCRIBING_CLIP = 4
WORDS_PER_DESCRIBING_WORD = 8  # eight words of text count as much as one describing word

_SPOKEN = re.compile(r'"([^"]*)"')


def _sentence_count(sentences: list[Sentence]) -> int:
    return max(MIN_SENTENCES, len(sentences))


def joy(sentences: list[Sentence]) -> float:
    """Net happy words per sentence, each sentence clipped to +-MOOD_CLIP."""
    happy = capped_hits(sentences, lexicon().happy)
    sad = capped_hits(sentences, lexicon().sad)
    net = sum(max(-MOOD_CLIP, min(MOOD_CLIP, up - down)) for up, down in zip(happy, sad))
    return net / _sentence_count(sentences)


def adventure(sentences: list[Sentence]) -> float:
    """Words of danger, journey, daring and discovery per sentence."""
    hits = capped_hits(sentences, lexicon().adventure)
    return sum(min(ADVENTURE_CLIP, count) for count in hits) / _sentence_count(sentences)


def dialogue(response: str, words: list[str]) -> float:
    """Per cent of the words inside closed double quotes. A repeated quote adds nothing."""
    utterances = {tuple(tokenise(inside)) for inside in _SPOKEN.findall(response)}
    return 100.0 * sum(len(utterance) for utterance in utterances) / len(words)


def detail(sentences: list[Sentence], words: list[str]) -> float:
    """Describing words per sentence plus a length term."""
    hits = capped_hits(sentences, lexicon().describing)
    described = sum(min(DESCRIBING_CLIP, count) for count in hits)
    return (described + len(words) / WORDS_PER_DESCRIBING_WORD) / _sentence_count(sentences)
