"""Rules for articles, capitals and spaces. They apply to every sentence."""

from __future__ import annotations

import re

from ..objectives.words import WORD

_ARTICLE = re.compile(r"\b([Aa])n? (?=[A-Za-z])")
_VOWEL_SOUND = re.compile(r"(?!uni|use|usu|one|eu|uku)[aeiou]|hour|honest", re.IGNORECASE)
_SPEECH_START = re.compile(r'(^|[,.!?] )"([a-z])')
_SPACE_BEFORE_STOP = re.compile(r" +(?=[,.!?])")
_QUOTE_SPACE = re.compile(r'(^|[,.!?] )" ')
_SPACES = re.compile(r"  +")


def _article(match: re.Match[str]) -> str:
    vowel = _VOWEL_SOUND.match(match.string, match.end())
    return match[1] + ("n " if vowel else " ")


def tidy(sentence: str) -> str:
    """``sentence`` with single spaces, right articles and capitals at its start and inside quotes."""
    text = _SPACES.sub(" ", sentence.strip())
    text = _SPACE_BEFORE_STOP.sub("", text)
    text = _QUOTE_SPACE.sub(r'\1"', text)
    text = _ARTICLE.sub(_article, text)
    text = _SPEECH_START.sub(lambda match: match[1] + '"' + match[2].upper(), text)
    return text[0].upper() + text[1:]


def spoken_words(sentence: str) -> int:
    """How many words of ``sentence`` stand inside double quotes."""
    return sum(len(WORD.findall(inside)) for inside in sentence.split('"')[1::2])
