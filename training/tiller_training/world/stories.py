"""Stories: a neutral prompt, then the beats of a plot with four independent levels."""

from __future__ import annotations

import random
from dataclasses import dataclass

from ..objectives.words import WORD
from .document import Document
from .story.load import Pattern, StoryData, story_data
from .story.render import Writer
from .story.tale import Person, Tale, draw_person
from .text import spoken_words, tidy

LEVELS = ("joy", "adventure", "dialogue", "detail")
LEVEL_BOUND = 2.5
MIN_WORDS, MAX_WORDS = 60, 160  # of prompt and response together
MEAN_RATE = {"joy": 0.0, "adventure": 0.56, "detail": 1.12}  # marked words per sentence at level 0
RATE_PER_LEVEL = {"joy": 0.5, "adventure": 0.21, "detail": 0.42}
SPOKEN_SHARE, SPOKEN_PER_LEVEL = 0.23, 0.088  # share of spoken words at level 0, and per level
SPOKEN_SENTENCE = 8.0  # spoken words that one spoken sentence adds
WORDS_PER_SENTENCE, WORDS_PER_DETAIL = 13.0, 1.4  # expected, for choosing the number of sentences
FITS = {"none": ("own", "want", "any"), "own": ("own", "any"), "want": ("want", "any")}


@dataclass(frozen=True)
class StoryPrompt:
    """An opening and its facts. Everything else is drawn later."""

    text: str
    hero: Person
    place: str
    thing: str
    owner: str  # "own" the hero has the thing, "want" the hero wants it, "none" it is not mentioned
    kept: tuple[tuple[str, str], ...]  # its other slots (time, month, weather), which must stay the same


def draw_levels(rng: random.Random, names: tuple[str, ...] = LEVELS) -> dict[str, float]:
    """Independent standard normal levels, clipped to +-LEVEL_BOUND."""
    return {name: max(-LEVEL_BOUND, min(LEVEL_BOUND, rng.gauss(0.0, 1.0))) for name in names}


def draw_prompt(rng: random.Random) -> StoryPrompt:
    """An opening of one or two sentences that names the main character."""
    data = story_data()
    hero = draw_person(data, rng)
    place, thing = rng.choice(data.words["place"]), rng.choice(data.words["object"])
    owner = rng.choice(tuple(data.prompts))
    pattern = rng.choice(data.prompts[owner])
    titles = data.words["title"] + data.words["mistress" if hero.female else "mister"]
    values = {
        "T": rng.choice(titles),
        "I": f"a {hero.kind} named {hero.name}", "N": hero.name, "K": f"a {hero.kind}", "k": hero.kind,
        "h": hero.subject, "H": hero.subject.capitalize(), "s": hero.possessive, "m": hero.object,
        "p": f"the {place}", "O": f"a {thing}",
    }
    kept = {slot: rng.choice(data.words[slot]) for kind, slot in pattern.pieces if kind == "slot" and slot not in values}
    said = {"text": str, "pick": lambda words: rng.choice(words.split("|")), "slot": {**values, **kept}.__getitem__}
    text = "".join(said[kind](value) for kind, value in pattern.pieces)
    return StoryPrompt(tidy(text), hero, place, thing, owner, tuple(kept.items()))


def _rates(levels: dict[str, float]) -> dict[str, float]:
    return {name: mean + RATE_PER_LEVEL[name] * levels[name] for name, mean in MEAN_RATE.items()}


def _beats(data: StoryData, plot: str, count: int, rng: random.Random) -> list[tuple[Pattern, ...]]:
    """``count`` (6 to 10) groups of patterns, one per sentence, in the order of the plot."""
    own, shared = data.plots[plot], data.plots["shared"]
    extra = ["setup", "attempt", "attempt", "aside", "aside", "late", "trouble", "close"]
    chosen = rng.sample(extra, count - 6)
    order = ["setup"] + ["setup"] * ("setup" in chosen) + ["trouble"] + ["trouble"] * ("trouble" in chosen) + ["meet"]
    order += ["aside"] * chosen.count("aside") + ["attempt"] * (1 + chosen.count("attempt"))
    order += ["aside"] * ("late" in chosen) + ["turn", "end"] + ["close"] * ("close" in chosen)
    return [own[beat] if beat in own else shared[beat] for beat in order]


def _next_pattern(
    group: tuple[Pattern, ...], outcome: str, spoken: bool, told: set[str], rng: random.Random
) -> Pattern:
    """An unused pattern that fits the outcome, and is spoken or not as wanted."""
    fitting = [row for row in group if row.outcome in ("", outcome) and row.wording not in told]
    options = [row for row in fitting if row.spoken == spoken] or fitting
    return options[int(rng.random() * len(options))]


def _write(tale: Tale, plot: str, count: int) -> str:
    rng, levels = tale.rng, tale.levels
    writer = Writer(tale, _rates(levels))
    share = max(0.0, SPOKEN_SHARE + SPOKEN_PER_LEVEL * levels["dialogue"])
    good = rng.random() < 1.0 / (1.0 + 2.718281828 ** (-1.6 * levels["joy"]))
    outcome = "+" if good else "-"
    told: set[str] = set()
    sentences: list[str] = []
    words = spoken = 0
    for group in _beats(tale.data, plot, count, rng):
        owed = share * (words + WORDS_PER_SENTENCE) - spoken
        pattern = _next_pattern(group, outcome, owed / SPOKEN_SENTENCE > rng.random(), told, rng)
        told.add(pattern.wording)
        sentence = writer.sentence(pattern)
        sentences.append(sentence)
        words += len(WORD.findall(sentence))
        spoken += spoken_words(sentence)
    return " ".join(sentences)


def story_for_prompt(prompt: StoryPrompt, rng: random.Random, levels: dict[str, float] | None = None) -> Document:
    """A story that continues ``prompt``. Without ``levels``, they are drawn."""
    data = story_data()
    levels = draw_levels(rng) if levels is None else levels
    plots = [plot for plot, objects in data.plot_objects.items() if objects in FITS[prompt.owner]]
    prompt_words = len(WORD.findall(prompt.text))
    expected = WORDS_PER_SENTENCE + WORDS_PER_DETAIL * levels["detail"]
    low = max(6, round((MIN_WORDS + 12 - prompt_words) / expected))
    high = max(low, min(10, int((MAX_WORDS - 12 - prompt_words) / expected)))
    while True:
        friend = draw_person(data, rng, other=prompt.hero.name)
        tale = Tale(
            data, rng, prompt.hero, prompt.place, prompt.thing, levels, friend,
            second_place=rng.choice([place for place in rng.sample(data.words["place"], 2) if place != prompt.place]),
            thing_known=prompt.owner == "own", used={prompt.place, prompt.thing}, kept=dict(prompt.kept),
        )
        response = _write(tale, rng.choice(plots), rng.randint(low, high))
        if prompt.hero.name in response and MIN_WORDS <= prompt_words + len(WORD.findall(response)) <= MAX_WORDS:
            return Document("story", prompt.text, response, dict(levels), prompt.hero.name)


def story(rng: random.Random) -> Document:
    """One story with a new prompt and new levels. It depends only on ``rng``."""
    return story_for_prompt(draw_prompt(rng), rng)
