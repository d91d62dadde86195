"""Decides if a text is well-formed and keeps its subject. All reports use these rules.

They are pure functions of the text. They read the vocabulary of the world, but no model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tiller_training.objectives.quality import nonsense, repetition
from tiller_training.objectives.topics import find_topic
from tiller_training.objectives.words import mentions, sentences_of, tokenise

MAX_NONSENSE = 0.02
MAX_REPETITION = 0.05
MIN_SENTENCES = 2
ENDING = re.compile(r"[.!?][\"']?$")
_CAPITAL = re.compile(r"[A-Z][a-z]+")
QUOTED = re.compile(r'"[^"]*"')
# Words of a question that do not name its subject.
_PLAIN = frozenset(
    "how do i can you to the a an what is way best should one please tell me would like know of for "
    "my in on at with and it from we good right easiest does explain there any help need want without "
    "that this safely properly before after when go about some old new".split()
)


@dataclass(frozen=True)
class Form:
    """The rules one by one, so that a report can say which one is broken."""

    ends: bool  # the last sentence is whole
    quotes: bool  # double quotes are closed
    words: bool  # at most 2 % made-up words
    loops: bool  # at most 5 % repeated word triples and no sentence twice
    sentences: bool  # at least two, each opening with a capital or a quote

    @property
    def good(self) -> bool:
        return self.ends and self.quotes and self.words and self.loops and self.sentences


def form_of(prompt: str, response: str) -> Form:
    text = response.strip()
    sentences = sentences_of(text)
    heads = re.split(r"(?<=[.!?])[\"']? +", QUOTED.sub('"x"', text))
    return Form(
        ends=bool(ENDING.search(text)),
        quotes=text.count('"') % 2 == 0,
        words=nonsense(prompt, text) <= MAX_NONSENSE,
        loops=repetition(tokenise(text)) <= MAX_REPETITION
        and len({sentence.words for sentence in sentences}) == len(sentences),
        sentences=len(sentences) >= MIN_SENTENCES
        and all(head[0].isupper() or not head[0].isalpha() for head in heads if head),
    )


def is_well_formed(kind: str, prompt: str, response: str) -> bool:
    """True for known words, closed quotes, whole sentences and no loops. Both kinds have the same rule."""
    if kind not in ("story", "advice"):
        raise ValueError(f"kind is {kind!r}, but must be story or advice")
    return form_of(prompt, response).good


def keeps_subject(kind: str, prompt: str, subject: str, response: str) -> bool:
    """True if a story names its main character again, or if advice names a word of its subject again.

    For a specific task ("make tea"), a noun of its steps ("kettle") counts too.
    """
    if kind == "story":
        return any(name in response for name in _CAPITAL.findall(subject) or [subject])
    wanted = [word for word in tokenise(subject) if word not in _PLAIN]
    topic = find_topic(prompt)
    if topic is not None and topic.entry["about"]:
        wanted += topic.entry["about"] | {noun for step in topic.entry["steps"] for noun in step["nouns"]}
    return not wanted or mentions(wanted, response)
