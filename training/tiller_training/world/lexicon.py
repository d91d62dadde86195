"""Writes src/objectives/words.json, the word lists that Python and TypeScript both read."""

from __future__ import annotations

import argparse
import json
from typing import Any

from ..objectives.words import WORD, WORDS_FILE, WORDS_VERSION
from .advice_data.advice_lexicon import advice_lexicon
from .story.load import HERE, story_data


def story_lexicon() -> dict[str, list[str]]:
    """The lists of the story objectives and every word of their data, sorted."""
    data = story_data()
    vocabulary = {word.lower() for words in data.words.values() for text in words for word in WORD.findall(text)}
    for file in HERE.glob("*.txt"):
        if file.name != "words.txt":
            vocabulary.update(word.lower() for word in WORD.findall(file.read_text(encoding="ascii").replace("_", "")))
    vocabulary.update(("an", "he", "she", "him", "her", "his", "the", "a", "named", "said"))
    lists = {name: sorted(words) for name, words in data.lexicon.items()}
    return {**lists, "vocabulary": sorted(vocabulary)}


def words_json() -> dict[str, Any]:
    """The whole content of words.json."""
    stories, advice = story_lexicon(), advice_lexicon()
    vocabulary = sorted({*stories["vocabulary"], *advice["vocabulary"]})
    lists = {name: stories[name] for name in ("happy", "sad", "adventure", "describing")}
    return {
        "version": WORDS_VERSION, **lists,
        "topics": advice["topics"], "caution": advice["caution"], "question": advice["question"], "vocabulary": vocabulary,
    }


def rendered() -> str:
    """words.json as text, one key a line so that changes stay readable."""
    rows = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in words_json().items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def main() -> None:
    """Writes the file. With --check, it checks that the file is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 if the file is out of date")
    arguments = parser.parse_args()
    if arguments.check:
        current = WORDS_FILE.exists() and WORDS_FILE.read_text(encoding="utf-8") == rendered()
        raise SystemExit(0 if current else f"{WORDS_FILE.name} is out of date: run the command again without --check")
    WORDS_FILE.parent.mkdir(parents=True, exist_ok=True)
    WORDS_FILE.write_text(rendered(), encoding="utf-8")
    print(f"wrote {WORDS_FILE.name}")


if __name__ == "__main__":
    main()
