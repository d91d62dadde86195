"""Turns a pattern into a sentence with a wanted number of mood, adventure and describing words.

For each objective, the writer remembers the words that earlier sentences still owe. So a story follows its levels
closely, and not every slot needs such a word.
"""

from __future__ import annotations

from ...objectives.words import WORD
from .load import IMPERSONAL, Pattern, Piece
from .tale import Tale
from ..text import tidy

MAX_ADJECTIVES = 2
CARRY_BOUND = 1.5  # owed words that the next sentence may get
STRAY_MOOD = 0.12  # share of sentences with one mood word against the level, or one too many
EARLY_PHRASE = 0.45  # share of sentences that use an opening or closing phrase before inner slots
NEUTRAL_CRY = 0.2
NEUTRAL_ADVERB = 0.25

ACCEPTS = {  # slot -> objectives it can carry
    "noun": ("detail", "detail", "joy", "adventure"),
    "land": ("detail", "adventure", "joy"),
    "person": ("detail",),
    "adv": ("joy",), "feel": ("joy",), "say": ("joy",),
    "go": ("adventure",), "gob": ("adventure",),
    "ij": ("joy", "adventure"),
    "open": ("joy", "adventure"),
    "tail": ("joy", "adventure", "detail"),
}
CLASS_OF_SLOT = {
    "o": "noun", "mo": "noun", "p": "land", "q": "land", "F": "person",
    "sayN": "say", "sayF": "say", "adv": "adv", "feel": "feel", "go": "go", "gob": "gob", "ij": "ij",
}
PERSON_SLOTS = {"N", "h", "m", "s", "k"}
VARIANTS = {"joy": ("happy", "sad"), "adventure": ("risk", "risk")}
AGAINST_NEWS = {("happy", "-"): "hope", ("sad", "+"): "but"}
CLAUSE_STARTS = {"while", "and", "but", "which"}
Units = dict[str, int]


class Writer:
    """Writes sentences for one tale. ``rates`` are wanted words per sentence by objective."""

    def __init__(self, tale: Tale, rates: dict[str, float]):
        self.tale = tale
        self.rates = rates
        self.subject = "hero"  # the person of the current sentence
        self.personal = True
        self.owed = {name: 0.0 for name in rates}

    def sentence(self, pattern: Pattern) -> str:
        """One finished sentence. Its words are subtracted from the wanted ones."""
        pieces = self._choose(pattern.pieces)
        self.subject, self.personal = pattern.subject, pattern.personal
        wanted = {name: self.owed[name] + rate for name, rate in self.rates.items()}
        loads, opening, closing = self._allocate(pieces, pattern, self._whole(wanted))
        parts = [self._piece(piece, load) for piece, load in zip(pieces, loads)]
        text = "".join(parts)
        if closing:
            phrase = self._closing(closing, pattern.news)
            first = phrase.split(" ", 1)[0]  # "went on" must not run into "on a rug"
            joint = ", " if first in CLAUSE_STARTS or text[:-1].endswith(" " + first) else " "
            text = text[:-1] + joint + phrase + text[-1]
        if opening:
            text = self._phrase(self._suited(opening, pattern.news) + "open") + " " + text
        text = tidy(text)
        self._book(text, wanted)
        return text

    def _choose(self, pieces: tuple[Piece, ...]) -> list[Piece]:
        pick = self.tale.rng.random
        chosen: list[Piece] = []
        for kind, value in pieces:
            if kind == "pick":
                options = value.split("|")
                chosen.append(("text", options[int(pick() * len(options))]))
            else:
                chosen.append((kind, value))
        return chosen

    def _whole(self, wanted: dict[str, float]) -> Units:
        """Rounds at random. The mean stays the same. Joy may get one word against its level."""
        rng = self.tale.rng
        units: Units = {}
        for name, amount in wanted.items():
            sign = -1 if amount < 0 else 1
            units[name] = sign * int(abs(amount) + rng.random())
        if rng.random() < STRAY_MOOD:
            units["joy"] += 1 if rng.random() < 0.5 else -1
        units["adventure"] = max(0, units["adventure"])
        units["detail"] = max(0, units["detail"])
        return units

    def _allocate(self, pieces: list[Piece], pattern: Pattern, units: Units) -> tuple[list[Units], Units, Units]:
        """Spread ``units`` over the slots: loads per piece, then the opening and the closing phrase."""
        rng = self.tale.rng
        loads: list[Units] = [{} for _ in pieces]
        opening: Units = {}
        closing: Units = {}
        slots: list[tuple[str, Units]] = []
        for index, (kind, value) in enumerate(pieces):
            slot = "noun" if kind == "noun" else CLASS_OF_SLOT.get(value) if kind == "slot" else None
            if slot == "person" and self.tale.friend_known:
                slot = None
            if slot:
                slots.append((slot, loads[index]))
        rng.shuffle(slots)
        outer = [("open", opening)] if pattern.opens else []
        if pattern.trails:
            outer.insert(int(rng.random() * 2), ("tail", closing))
        slots = outer + slots if rng.random() < EARLY_PHRASE else slots + outer
        left = dict(units)
        for _ in range(MAX_ADJECTIVES):
            for slot, load in slots:
                limit = MAX_ADJECTIVES if slot in ("noun", "land") else 1
                if sum(map(abs, load.values())) >= limit:
                    continue
                options = [name for name in ACCEPTS[slot] if left[name] and (name == "detail" or name not in load)]
                if not options:
                    continue
                name = options[int(rng.random() * len(options))]
                step = 1 if left[name] > 0 else -1
                load[name] = load.get(name, 0) + step
                left[name] -= step
        return loads, opening, closing

    def _piece(self, piece: Piece, load: Units) -> str:
        kind, value = piece
        tale = self.tale
        if kind == "text":
            return value
        if kind == "noun":
            return self._adjectives(load, tale.data.looks_of(value)) + value
        if value in PERSON_SLOTS:
            hero = tale.hero
            return {"N": hero.name, "h": hero.subject, "m": hero.object, "s": hero.possessive, "k": hero.kind}[value]
        if value in ("o", "mo"):
            owner = tale.hero.possessive if value == "mo" else "the" if tale.thing_known else "a"
            tale.thing_known = True
            return f"{owner} {self._adjectives(load, tale.data.looks_of(tale.thing), keep='thing')}{tale.thing}"
        if value in ("p", "q"):
            noun = tale.place if value == "p" else tale.second_place
            return f"the {self._adjectives(load, ('land',), keep=value)}{noun}"
        if value == "F":
            return self._friend(load)
        if value in ("sayN", "sayF"):
            return self._says(value, load)
        if value == "adv":
            return self._mood(load, "adv", NEUTRAL_ADVERB)
        if value == "feel":
            return self._mood(load, "feel", 1.0)
        if value in ("go", "gob"):
            return tale.pick(("riskgo" if load else "go") + ("base" if value == "gob" else ""))
        if value == "ij":
            if load:
                return self._phrase(self._variant(load) + "cry")
            return self._phrase("neutralcry") if tale.rng.random() < NEUTRAL_CRY else ""
        return tale.keep(value)

    def _variant(self, load: Units) -> str:
        name, amount = next(iter(load.items()))
        return VARIANTS[name][0 if amount > 0 else 1]

    def _mood(self, load: Units, suffix: str, neutral_share: float) -> str:
        if load:
            return self.tale.pick(self._variant(load) + suffix)
        return self.tale.pick("neutral" + suffix) if self.tale.rng.random() < neutral_share else ""

    def _adjectives(self, load: Units, lists: tuple[str, ...], keep: str = "") -> str:
        """Adjectives with a trailing space. ``keep`` names a thing that must not change its looks."""
        tale = self.tale
        words = [tale.pick("riskland" if name == "adventure" and lists == ("land",)
                           else VARIANTS[name][0 if amount > 0 else 1] + "thing")
                 for name, amount in load.items() if name != "detail"]
        count = load.get("detail", 0)
        if count:
            if keep and len(lists) > 1:  # each class once, so that a red kettle does not become blue
                free = [name for name in lists if f"{keep}:{name}" not in tale.kept]
                chosen = sorted(tale.rng.sample(free, min(count, len(free))), key=lists.index)
                tale.kept.update((f"{keep}:{name}", "") for name in chosen)
            elif len(lists) == 1:
                chosen = list(lists) * count
            else:
                chosen = sorted(tale.rng.sample(lists, count), key=lists.index)
            words.extend(tale.pick(name) for name in chosen)
        return " ".join(words) + " " if words else ""

    def _friend(self, load: Units) -> str:
        tale = self.tale
        if tale.friend_known:
            return tale.friend.name
        tale.friend_known = True
        adjective = tale.pick("living") + " " if load else ""
        return f"a {adjective}{tale.friend.kind} named {tale.friend.name}"

    def _says(self, slot: str, load: Units) -> str:
        tale = self.tale
        first_time = slot == "sayF" and not tale.friend_known
        who = self._friend({}) if slot == "sayF" else tale.hero.name
        if not load:
            return f"{tale.rng.choice(tale.data.words['neutralsay'])} {who}"
        if first_time or tale.rng.random() < 0.5:
            return f"{tale.pick(self._variant(load) + 'say')} {who}"
        return f"said {who} {tale.pick(self._variant(load) + 'adv')}"

    def _phrase(self, name: str) -> str:
        tale = self.tale
        phrases = tale.data.phrases[name if self.personal else name + IMPERSONAL]
        pattern = phrases[int(tale.rng.random() * len(phrases))]
        for _ in range(4):
            if pattern.wording not in tale.used:
                break
            pattern = phrases[int(tale.rng.random() * len(phrases))]
        tale.used.add(pattern.wording)
        return "".join(self._phrase_piece(kind, value) for kind, value in pattern.pieces)

    def _phrase_piece(self, kind: str, value: str) -> str:
        tale = self.tale
        if kind == "text":
            return value
        if value == "s":
            people = {"hero": tale.hero.possessive, "friend": tale.friend.possessive, "they": "their"}
            return people[self.subject]
        if value == "hs":
            return tale.hero.possessive
        if value in PERSON_SLOTS:
            return self._piece((kind, value), {})
        lists = {"A": ("size", "texture", "colour"), "B": ("smell",), "C": ("sound",), "D": ("number",), "E": ("land",)}
        if value in lists:
            return tale.pick(tale.rng.choice(lists[value]))
        return tale.pick(value.rstrip("0123456789"))

    def _closing(self, load: Units, news: str) -> str:
        return self._phrase("detailtail" if "detail" in load else self._suited(load, news) + "tail")

    def _suited(self, load: Units, news: str) -> str:
        """The family of phrases for ``load``: joy at bad news is hope, sorrow at good news a 'but'."""
        variant = self._variant(load)
        return AGAINST_NEWS.get((variant, news), variant)

    def _book(self, text: str, wanted: dict[str, float]) -> None:
        """Passes the owed words (or the surplus) to the next sentence."""
        paid = dict.fromkeys(self.rates, 0)
        worth = self.tale.data.worth
        for word in WORD.findall(text.lower()):
            if word in worth:
                name, value = worth[word]
                paid[name] += value
        for name, amount in wanted.items():
            self.owed[name] = max(-CARRY_BOUND, min(CARRY_BOUND, amount - paid[name]))
