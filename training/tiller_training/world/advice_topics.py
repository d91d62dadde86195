"""Reads the hand-written topics of advice from plain text files.

Grammar of ``advice_data/*.topics`` (one item a line, alternatives separated by `` | ``):

    topic NAME                      starts a topic
    asks: VERB, VERB                verbs (and gerunds) that a question uses
    about: NOUN, NOUN               nouns that must follow; absent for a family that takes any object
    takes: GROUP, GROUP             groups of objects that suit a family
    ask: PHRASE | PHRASE            question phrases; @ is the object
    step VERBS + NOUNS: CLAUSE | .. :: DETAIL | ..   a needed step; @ among the nouns is the object or a pronoun
    why: / aside: SENTENCE | ..     reasons and asides (filler)
    hazard KEYS: CLAUSE | ..        a danger and the key phrases (comma separated) that name it
    protect KEYS: CLAUSE | ..       a protective measure
    stop: CLAUSE | ..               after "stop if"
    whom: PERSON if CLAUSE | ..     after "ask"
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "advice_data"
HAZARDS_PER_TOPIC = 2


@dataclass(frozen=True)
class Step:
    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    clauses: tuple[str, ...]  # bare infinitives without detail
    details: tuple[str, ...]  # put after a clause


@dataclass
class Topic:
    name: str
    asks: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    steps: list[Step] = field(default_factory=list)
    why: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    hazards: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)  # (keys, clauses)
    protect: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    stop: tuple[str, ...] = ()
    whom: tuple[str, ...] = ()


def _split(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def _add_line(topic: Topic, head: str, body: str) -> None:
    """Put one ``head: body`` line into ``topic``; raises ValueError for an unknown head."""
    key, _, rest = head.partition(" ")
    if key in ("asks", "about", "takes"):
        setattr(topic, key, tuple(body.replace(",", " ").split()))
    elif key in ("ask", "why", "aside", "stop", "whom"):
        setattr(topic, key, _split(body, "|"))
    elif key == "step":
        verbs, _, nouns = rest.partition("+")
        clauses, _, details = body.partition("::")
        topic.steps.append(
            Step(tuple(verbs.split()), tuple(nouns.split()), _split(clauses, "|"), _split(details, "|"))
        )
    elif key == "hazard":
        topic.hazards.append((_split(rest, ","), _split(body, "|")))
    elif key == "protect":
        topic.protect = (_split(rest, ","), _split(body, "|"))
    else:
        raise ValueError(f"unknown entry {key!r}")


def parse_topics(text: str, file_name: str) -> list[Topic]:
    """Topics of one file; raises ValueError naming the file and the line."""
    topics: list[Topic] = []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("topic "):
            topics.append(Topic(line[len("topic ") :].strip()))
            continue
        head, colon, body = line.partition(":")
        try:
            if not colon or not topics:
                raise ValueError("expected 'entry: text' inside a topic")
            _add_line(topics[-1], head.strip(), body)
        except ValueError as error:
            raise ValueError(f"{file_name}, line {number}: {error}") from None
    for topic in topics:
        _check(topic, file_name)
    return topics


def _check(topic: Topic, file_name: str) -> None:
    """Raise ValueError when a topic lacks a part that the generator needs."""
    lacking = [key for key in ("asks", "ask", "why", "aside", "stop", "whom") if not getattr(topic, key)]
    if len(topic.hazards) != HAZARDS_PER_TOPIC:
        lacking.append(f"{HAZARDS_PER_TOPIC} hazards")
    if not topic.protect[1]:
        lacking.append("protect")
    if not 4 <= len(topic.steps) <= 5:
        lacking.append("4 or 5 steps")
    if bool(topic.about) == bool(topic.takes):
        lacking.append("either about or takes")
    if lacking:
        raise ValueError(f"{file_name}: topic {topic.name} lacks {', '.join(lacking)}")


@lru_cache(maxsize=1)
def all_topics() -> tuple[Topic, ...]:
    """Every topic, in the order of the file names and of the lines."""
    return tuple(
        topic
        for path in sorted(DATA.glob("*.topics"))
        for topic in parse_topics(path.read_text(encoding="utf-8"), path.name)
    )


def read_list(name: str) -> tuple[str, ...]:
    """Non-empty lines of a data file that are not comments."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@lru_cache(maxsize=None)
def phrases(section: str) -> tuple[str, ...]:
    """Shared phrases under ``[section]`` of phrases.txt; raises KeyError for an unknown section."""
    found: dict[str, list[str]] = {}
    for line in read_list("phrases.txt"):
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        else:
            current.append(line)
    return tuple(found[section])
