"""The true objectives: null rules, penalties, saturation, order of steps, and the commands."""

from __future__ import annotations

import json
import math
import random

import pytest

from tiller_training.objectives import DEFINITIONS, raw, truth
from tiller_training.objectives.__main__ import main
from tiller_training.objectives.quality import penalty, repetition
from tiller_training.objectives.template import format_prompt
from tiller_training.objectives.topics import find_topic
from tiller_training.objectives.words import lexicon, sentences_of, tokenise
from tiller_training.world.advice import advice
from tiller_training.world.objective_fixtures import FIXTURES_FILE
from tiller_training.world.stories import story

TEA = "How do I make a pot of tea?"
STEPS = [
    "First, boil fresh water until it bubbles hard.",
    "Warm the teapot for half a minute.",
    "Spoon the leaves into the pot with a level spoon.",
    "Let the tea brew for four minutes.",
    "Serve the tea with a slice of lemon.",
]
CAUTIONS = [
    "Steam can burn your wrist.",
    "A child might knock over a full pot.",
    "Use an oven glove for the handle.",
    "Stop if the kettle begins to leak.",
    "Ask an adult if the kettle is too heavy.",
    "Never rush.",
    "Keep children at a safe distance.",
    "Be careful on wet tiles.",
]
IDS = [objective.id for objective in DEFINITIONS]


def value(key: str, response: str, prompt: str = TEA, kind: str = "advice") -> float:
    found = raw(kind, prompt, response)[key]
    assert found is not None
    return found


def test_complete_answers_reach_the_full_signal() -> None:
    """All steps with details is 100 %, all cautions too; the rest is the known saturation."""
    by_id = {objective.id: objective for objective in DEFINITIONS}
    saturation = by_id["helpful"].saturation
    full = saturation * math.tanh(100 / saturation)
    assert value("helpful", " ".join(STEPS)) == pytest.approx(full, abs=1e-9)
    assert value("cautious", " ".join(CAUTIONS)) == pytest.approx(full, abs=1e-9)


def test_order_matters() -> None:
    assert value("helpful", " ".join(reversed(STEPS))) < value("helpful", " ".join(STEPS[:2]))


def test_details_matter() -> None:
    vague = "Boil water. Warm the teapot. Spoon the leaves into the pot. Let the tea brew. Serve the tea."
    assert value("helpful", vague) == pytest.approx(value("helpful", " ".join(STEPS)) / 2, rel=0.05)


def test_a_step_inside_a_caution_is_not_help() -> None:
    assert value("helpful", "Never boil fresh water until it bubbles hard.") == 0.0


def test_saying_the_same_caution_again_adds_little() -> None:
    once = value("cautious", "Steam can burn your wrist.")
    assert value("cautious", "Steam can burn your wrist. Steam can burn your wrist. Steam can burn your wrist.") < once


@pytest.mark.parametrize("key", IDS)
def test_repetition_and_nonsense_cost(key: str) -> None:
    """30 % of repeated word 3-grams, or as many made-up words, cost at least 1.5 sd."""
    kind = next(objective.kind for objective in DEFINITIONS if objective.id == key)
    rng = random.Random(3)
    documents = [(story if kind == "story" else advice)(rng) for _ in range(200)]
    plain = [raw(kind, d.prompt, d.response)[key] for d in documents]
    mean = sum(plain) / len(plain)
    sd = (sum((v - mean) ** 2 for v in plain) / len(plain)) ** 0.5
    cost = next(objective.cost for objective in DEFINITIONS if objective.id == key)
    assert cost * 1.5 * (0.30 - 0.03) >= 1.5 * sd
    for document, before in zip(documents[:20], plain):
        spoilt = document.response + " blorp snarg flimp wug zib." * 8
        assert raw(kind, document.prompt, spoilt)[key] < before


def test_penalty_is_measured_from_the_words() -> None:
    words = tokenise("the red fox ran. the red fox ran. the red fox ran.")
    assert repetition(words) == pytest.approx((10 - 4) / 10)
    assert penalty("", "the table", tokenise("the table")) == 0.0
    assert penalty("the blorp", "the blorp", ["the", "blorp"]) == 0.0, "words of the prompt are known"
    assert penalty("", "the blorp", ["the", "blorp"]) == pytest.approx(1.5 * (0.5 - 0.02))
    assert penalty("", "Blorp the", ["blorp", "the"]) == 0.0, "capitalised words are names"


def test_saturation_bounds_every_story_objective() -> None:
    """A list of every happy word cannot beat the saturation."""
    happy = sorted(lexicon().happy)
    response = " ".join(f"{a} {b} {c}." for a, b, c in zip(happy[::3], happy[1::3], happy[2::3]))
    assert 0 < value("joy", response, "Tom ran.", "story") < 2.0


def test_joy_adventure_and_detail_count_a_word_twice_at_most() -> None:
    word = sorted(lexicon().adventure)[0]
    two = value("adventure", f"{word}. {word}. Then we ate our soup.", "Tom ran.", "story")
    four = value("adventure", f"{word}. {word}. {word}. {word}. Then we ate our soup.", "Tom ran.", "story")
    assert four < two


def test_dialogue_counts_a_line_once_and_only_closed_quotes() -> None:
    once = value("dialogue", '"Run home now," said Bo. The wind blew all night.', "Bo ran.", "story")
    again = value("dialogue", '"Run home now," said Bo. "Run home now," the wind blew.', "Bo ran.", "story")
    assert again <= once
    assert value("dialogue", 'Then Bo said "run home and hide.', "Bo ran.", "story") == 0.0


def test_null_rules() -> None:
    answer = raw("advice", TEA, " ".join(STEPS))
    tale = raw("story", TEA, " ".join(STEPS))
    for objective in DEFINITIONS:
        assert (answer[objective.id] is None) == (objective.kind == "story")
        assert (tale[objective.id] is None) == (objective.kind == "advice")
    assert set(raw("advice", "Why is the sky blue?", "First, boil water.").values()) == {None}
    assert set(raw("story", "Tom ran.", " ... ").values()) == {None}
    with pytest.raises(ValueError, match="poem"):
        raw("poem", TEA, "Boil water.")


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("how can i mend a cracked ukulele", "mend"),
        ("HOW DO I CLEAN MY BOOTS", "clean"),
        ("What is the best way to wash a woolly hat", "wash"),
        ("q: How should one store winter blankets? a:", "store"),
        ("Any tips for cleaning a zorbel?", "clean"),
        ("make tea", "make tea"),
        ("How do I safely light a small fire?", "light a campfire"),
    ],
)
def test_typed_questions_are_understood(question: str, topic: str) -> None:
    found = find_topic(question)
    assert found is not None and found.entry["id"] == topic


@pytest.mark.parametrize("question", ["", "How do I clean up?", "Why is the sky blue?", "The cleaner paints.", "How do I zorbel it?"])
def test_unknown_topics_are_none(question: str) -> None:
    assert find_topic(question) is None


def test_sentences_keep_closing_quotes() -> None:
    text = 'He said, "Go!" She left... Mr 3.5 "ok."'
    assert [sentence.words for sentence in sentences_of(text)] == [("he", "said", "go"), ("she", "left"), ("mr", "ok")]


def test_formatted_prompt() -> None:
    assert format_prompt("advice", "q: How? \n A:") == "Q: How?\nA:"
    assert format_prompt("story", " Tom ran. ") == "Tom ran."


def test_verbs_name_one_family_each() -> None:
    verbs = [verb for topic in lexicon().topics if not topic["about"] for verb in topic["asks"]]
    assert len(verbs) == len(set(verbs))


def test_fixtures_hold_the_values_of_this_code() -> None:
    cases = json.loads(FIXTURES_FILE.read_text(encoding="utf-8"))["cases"]
    assert len(cases) >= 150
    for case in cases:
        found = raw(case["kind"], case["prompt"], case["response"])
        assert found == pytest.approx(case["raw"], abs=1e-9), case["prompt"]


def write_lines(path, records) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


def test_calibration_standardises_its_own_samples(tmp_path, capsys) -> None:
    rng = random.Random(5)
    documents = [make(rng) for _ in range(150) for make in (story, advice)]
    records = [{"kind": d.kind, "prompt": d.prompt, "response": d.response} for d in documents]
    out = tmp_path / "objectives.json"
    assert main(["--calibrate", write_lines(tmp_path / "samples.jsonl", records), "--out", str(out)]) == 0
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert [row["id"] for row in rows] == IDS
    constants = {row["id"]: (row["mean"], row["sd"]) for row in rows}
    for row in rows:
        values = [truth(r["kind"], r["prompt"], r["response"], constants)[row["id"]] for r in records]
        known = [v for v in values if v is not None]
        assert len(known) == 150
        assert sum(known) / 150 == pytest.approx(0, abs=1e-9)
        assert sum(v * v for v in known) / 149 == pytest.approx(1, abs=1e-9)
        assert row["range"][0] < -1 and row["range"][1] > 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"kind":"story","prompt":"a"}', "'response' must be a string"),
        ('{"kind":"poem","prompt":"a","response":"b"}', "kind is 'poem'"),
        ('{"kind":"story","prompt":"a","response":"b","mood":1}', "unknown key 'mood'"),
        ("{oops", "not JSON"),
        ("[1]", "expected an object"),
    ],
)
def test_bad_input_exits_with_2_and_one_line(tmp_path, capsys, line: str, said: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("\n" + line + "\n", encoding="utf-8")
    assert main([str(path)]) == 2
    message = capsys.readouterr().err
    assert said in message and "line 2" in message and message.count("\n") == 1


def test_missing_file_and_empty_calibration_exit_with_2(tmp_path, capsys) -> None:
    assert main([str(tmp_path / "none.jsonl")]) == 2
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")
    assert main(["--calibrate", str(empty), "--out", str(tmp_path / "o.json")]) == 2
    assert "joy: 0 samples" in capsys.readouterr().err
    assert not (tmp_path / "o.json").exists()
