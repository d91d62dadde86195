"""Reads the hand-written story data once and compiles its patterns.

Pattern syntax: ``{slot}`` is a slot, ``*noun`` a noun that may take adjectives, ``<mood>`` a word that depends on a
level, and ``{a|b}`` a free choice. A line with a double quote is spoken. A line with ``+`` or ``-`` in front is for a
good or bad outcome. A phrase with ``@`` in front needs a person as subject. After a final slash, no closing phrase may
follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ...objectives.words import WORD

HERE = Path(__file__).resolve().parent
LISTS_OF_OBJECTIVE = {
    "happy": ("happyadv", "happyfeel", "happything", "happysay", "grin", "smiled", "bliss"),
    "sad": ("sadadv", "sadfeel", "sadthing", "sadsay", "sob", "wept", "woe"),
    "adventure": ("riskthing", "riskland", "riskgo", "riskgobase", "peril", "beast", "feat"),
    "describing": ("size", "texture", "colour", "hardstuff", "softstuff", "land", "living", "number", "sound", "smell", "loudness"),
}
PHRASES_OF_OBJECTIVE = {
    "happy": ("happyopen", "happytail", "happycry", "hopeopen", "hopetail"),
    "sad": ("sadopen", "sadtail", "sadcry", "butopen", "buttail"),
    "adventure": ("riskopen", "risktail", "riskcry"),
}
ADJECTIVE_LISTS = ("size", "texture", "colour")
LOOKS = {
    "softthings": (*ADJECTIVE_LISTS, "softstuff"),
    "hardthings": (*ADJECTIVE_LISTS, "hardstuff"),
    "animal": ("size", "colour"),
}
WORTH = {"happy": ("joy", 1), "sad": ("joy", -1), "adventure": ("adventure", 1), "describing": ("detail", 1)}
OPEN_LISTS = (
    "girl", "boy", "animal", "person", "place", "object", "food", "tree", "plants", "tool",
    "container", "goods", "wear", "hardthings", "softthings", "barrier", "weather", "noise", "bird",
)
_PIECE = re.compile(r"\{[^}]+\}|<[a-z]+>|\*[a-z-]+")
PERSONAL_STARTS = ("{N} ", "{h} ", "{F} ", "they ")
IMPERSONAL = ":thing"
_NO_OPENER = frozenset(
    "in when where by on one at that then from soon with for after if because but afterwards since behind years just near until late".split()
)
Piece = tuple[str, str]  # ("text", literal) | ("noun", noun) | ("slot", name) | ("pick", "a|b|c")


@dataclass(frozen=True)
class Pattern:
    """One compiled sentence pattern."""

    wording: str
    pieces: tuple[Piece, ...]
    spoken: bool
    outcome: str  # "+" only for a good outcome, "-" only for a bad one, "" for both
    opens: bool  # an opening phrase may stand before it
    trails: bool  # a closing phrase may follow it
    personal: bool  # its subject is a person; a phrase with this flag needs such a sentence
    subject: str  # "hero", "friend" or "they": the person in phrases about heart or eyes
    news: str  # "+" is good news, "-" bad news, "" neither; mood phrases must fit it


@dataclass(frozen=True)
class StoryData:
    """All data of the generator."""

    words: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[Pattern, ...]]
    prompts: dict[str, tuple[Pattern, ...]]
    plots: dict[str, dict[str, tuple[Pattern, ...]]]  # plot -> beat -> patterns
    plot_objects: dict[str, str]  # plot -> "own" | "want" | "any": the role of the object
    lexicon: dict[str, frozenset[str]]
    looks: dict[str, tuple[str, ...]]  # noun -> its adjective lists, if not the usual ones
    worth: dict[str, tuple[str, int]]  # marked word -> (its level, +1 or -1)

    def looks_of(self, noun: str) -> tuple[str, ...]:
        """Adjective lists for ``noun``, in the usual order of English."""
        return self.looks.get(noun, ADJECTIVE_LISTS)


def compile_pattern(line: str, news: str = "") -> Pattern:
    """Splits one line of data into pieces. ``news`` is used if the line has no mark for the outcome."""
    outcome = line[0] if line[0] in "+-" else ""
    wording = line[1:].strip() if outcome or line[0] == "@" else line.strip()
    subject = "they" if wording.startswith("they ") else "friend" if "{sayF}" in wording or wording.startswith("{F}") else "hero"
    personal = line[0] == "@" or wording.startswith(PERSONAL_STARTS) or wording.endswith(("{sayN}.", "{sayF}."))
    personal = personal and not wording.endswith("was <feel>.")
    trails = not wording.endswith("/")
    wording = wording.rstrip(" /")
    pieces: list[Piece] = []
    start = 0
    for match in _PIECE.finditer(wording):
        if match.start() > start:
            pieces.append(("text", wording[start : match.start()]))
        piece = match.group()
        if piece[0] == "*":
            pieces.append(("noun", piece[1:]))
        elif "|" in piece:
            pieces.append(("pick", piece[1:-1]))
        else:
            pieces.append(("slot", piece[1:-1]))
        start = match.end()
    if start < len(wording):
        pieces.append(("text", wording[start:]))
    first = wording.split(" ", 1)[0]
    return Pattern(
        wording, tuple(pieces), '"' in wording, outcome,
        opens=wording[0] != '"' and first not in _NO_OPENER, trails=trails and wording.endswith("."),
        news=outcome or news, personal=personal, subject=subject,
    )


def sections(name: str) -> dict[str, list[str]]:
    """Lines of a data file by their ``# heading``."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (HERE / name).read_text(encoding="ascii").splitlines():
        if line.startswith("# "):
            lines = found.setdefault(line[2:].strip(), [])
        elif line.strip():
            lines.append(line.strip())
    return found


def _plots() -> tuple[dict[str, dict[str, tuple[Pattern, ...]]], dict[str, str]]:
    plots: dict[str, dict[str, list[Pattern]]] = {}
    objects: dict[str, str] = {}
    beats: dict[str, list[Pattern]] = {}
    lines: list[Pattern] = []
    beat = ""
    for file in sorted(HERE.glob("plots*.txt")):
        for line in file.read_text(encoding="ascii").splitlines():
            if line.startswith("== "):
                _, plot, objects_of_plot = line.split()
                objects[plot] = objects_of_plot
                beats = plots.setdefault(plot, {})
            elif line.startswith("@"):
                beat = line[1:].strip()
                lines = beats.setdefault(beat, [])
            elif line.strip():
                lines.append(compile_pattern(line.strip(), "-" if beat == "trouble" else ""))
    return {plot: {beat: tuple(rows) for beat, rows in parts.items()} for plot, parts in plots.items()}, objects


def _phrases(lines_by_name: dict[str, list[str]]) -> dict[str, tuple[Pattern, ...]]:
    """Compiled phrases. Phrases for a sentence about a thing are under name + IMPERSONAL."""
    found: dict[str, tuple[Pattern, ...]] = {}
    for name, lines in lines_by_name.items():
        found[name] = tuple(compile_pattern(line.replace("_", "")) for line in lines)
        found[name + IMPERSONAL] = tuple(row for row, line in zip(found[name], lines) if line[0] != "@")
    return found


def _lexicon(words: dict[str, tuple[str, ...]], phrases: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """The lists of the objectives: word lists, and words with an underscore in the phrases."""
    lexicon: dict[str, frozenset[str]] = {}
    for objective, lists in LISTS_OF_OBJECTIVE.items():
        found = {word for name in lists for word in words[name] if "-" not in word}
        for name in PHRASES_OF_OBJECTIVE.get(objective, ()):
            found.update(word.lower() for line in phrases[name] for word in re.findall(r"_([a-z]+)", line))
        lexicon[objective] = frozenset(found)
    return lexicon


@lru_cache(maxsize=1)
def story_data() -> StoryData:
    """Reads, compiles and checks the data. Raises ValueError for a word in two lists."""
    words = {name: tuple(dict.fromkeys(" ".join(lines).split())) for name, lines in sections("words.txt").items()}
    phrases = sections("phrases.txt")
    lexicon = _lexicon(words, phrases)
    names = list(lexicon)
    for index, name in enumerate(names):
        for other in names[index + 1 :]:
            both = sorted(lexicon[name] & lexicon[other])
            if both:
                raise ValueError(f"words in both {name} and {other}: {', '.join(both)}; keep each in one list")
    marked = frozenset().union(*lexicon.values())
    for name in OPEN_LISTS:  # a noun or name must not count for an objective
        words[name] = tuple(
            word for word in words[name] if not any(part.lower() in marked for part in WORD.findall(word))
        )
    plots, plot_objects = _plots()
    return StoryData(
        words=words,
        phrases=_phrases(phrases),
        prompts={name: tuple(map(compile_pattern, lines)) for name, lines in sections("prompts.txt").items()},
        plots=plots,
        plot_objects=plot_objects,
        lexicon=lexicon,
        looks={noun: looks for name, looks in LOOKS.items() for noun in words[name]},
        worth={word: value for name, value in WORTH.items() for word in lexicon[name]},
    )
