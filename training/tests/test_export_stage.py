"""The export stage on folders as training stages leave them, with tiny random weights."""

import json
import shutil

import pytest
import torch

from tiller_training import OBJECTIVES
from tiller_training.data.dataset import TokenRows
from tiller_training.export.release import MODEL_IDS, release
from tiller_training.export.tiny import tiny_exportables, tiny_tokenizer
from tiller_training.reward.fallible import JUDGED
from tiller_training.run.artefacts import PipelineError, save_model, write_json
from tiller_training.run.context import Context
from tiller_training.run.settings import SMOKE

MEASURED_LATER = {
    "strength": {"value": 2.1, "n": 300, "ci95": [2.0, 2.2], "command": "npm run train"}
}
PREFERENCE = {
    "pairs": 100,
    "accuracy": 0.7,
    "best_accuracy": 0.75,
    "slope": 1.1,
    "correlation_with_gap": 0.8,
}


def stage_facts(name: str) -> dict:
    if name == "policy":
        return {"validation_nats": 1.0}
    if name == "value":
        explained = dict.fromkeys(OBJECTIVES, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
        return {"held_out_responses": 80, "explained_variance": explained}
    if name == "judge":
        return {"training_pairs": 40, "objectives": dict.fromkeys(OBJECTIVES, PREFERENCE)}
    if name == "fallible":
        return {"training_pairs": 40, "objectives": dict.fromkeys(JUDGED, {"mean": PREFERENCE})}
    return {"training_pairs": 40, "b": 0.05, **PREFERENCE, "post_hoc": {"factor": 0.6, "slope": 1.02, "pairs": 48}}


def write_manifest(context: Context, stage: str, facts: dict) -> None:
    manifest = {"seed": 3, "device": "cpu", "seconds": 180.0, "facts": facts}
    write_json(context.folder(stage) / "manifest.json", manifest)


@pytest.fixture
def context(tmp_path) -> Context:
    """Ten finished stages, a tokenizer and a few held-out rows."""
    torch.set_num_threads(1)
    context = Context(
        settings=SMOKE,
        work=tmp_path / "work",
        models=tmp_path / "models",
        results=tmp_path / "results",
        device=torch.device("cpu"),
        compiled=False,
    )
    context.folder("tokenizer").mkdir(parents=True)
    tokenizer = context.folder("tokenizer") / "tokenizer.json"
    tiny_tokenizer().save(str(tokenizer))
    rows = [[0, *range(5, 5 + length), 1] for length in (12, 30, 7)]
    TokenRows.from_lists(rows, [4, 4, 4]).save(context.folder("tokens") / "valid")
    for exportable in tiny_exportables(tokenizer):
        folder = context.folder(exportable.id)
        save_model(folder, exportable.torch_model(exportable.weights), exportable.config)
        write_manifest(context, exportable.id, stage_facts(exportable.id))
    write_manifest(context, "tokens", {"valid": {"tokens": 55}})
    write_json(context.folder("arm-joy") / "metrics.json", MEASURED_LATER)
    return context


def test_all_models_are_published_with_report_and_fixtures(context):
    facts = release(context, MODEL_IDS)
    assert facts["models"] == list(MODEL_IDS)
    report = json.loads((context.results / "export.json").read_text())
    assert list(report) == list(MODEL_IDS)
    assert facts["bytes"] == sum(entry["bytes"] for entry in report.values())
    for entry in report.values():
        assert max(entry["parity"].values()) < 1e-4
        assert [cost["storage"] for cost in entry["storage"]] == [
            "float16",
            "8-bit blocks",
            "4-bit blocks",
        ]
    assert {"perplexity_rise", "greedy_agreement"} < set(report["policy"]["storage"][0])
    assert "mean_shift" in report["judge"]["storage"][0]
    fixtures = json.loads((context.models / "models.json").read_text())
    assert [case["model"] for case in fixtures["cases"]] == list(MODEL_IDS)


def test_cards_quote_the_facts_of_their_stages(context):
    release(context, ["policy", "arm-joy", "value", "judge"])
    cards = {
        name: json.loads((context.models / name / "card.json").read_text())
        for name in ("policy", "arm-joy", "value", "judge")
    }
    arm = cards["arm-joy"]
    assert arm["b"] == {"joy": 0.05}
    assert (arm["training"]["pairs"], arm["training"]["hours"]) == (40, 0.05)
    # Hand-computed: 0.7 +- 1.96 sqrt(0.7 * 0.3 / (100 pairs / 6 a group)).
    assert arm["metrics"]["pair-accuracy"]["ci95"] == [0.48, 0.92]
    assert (arm["metrics"]["post-hoc-factor"]["value"], arm["metrics"]["post-hoc-factor"]["n"]) == (0.6, 52)
    assert (arm["metrics"]["slope-with-factor"]["value"], arm["metrics"]["slope-with-factor"]["n"]) == (1.02, 48)
    assert arm["metrics"]["strength"] == MEASURED_LATER["strength"]
    assert cards["policy"]["metrics"]["perplexity"]["value"] == 2.7183
    assert cards["policy"]["training"]["labelNoise"] is None
    assert cards["value"]["metrics"]["explained-variance-end.joy"]["value"] == 0.6
    assert cards["judge"]["metrics"]["slope.cautious"]["value"] == 1.1


def test_one_model_renews_its_own_part_of_the_report(context):
    release(context, ["policy", "arm-joy"])
    before = (context.models / "policy" / "card.json").stat().st_mtime_ns
    release(context, ["arm-joy", "judge"])
    report = json.loads((context.results / "export.json").read_text())
    assert list(report) == ["policy", "arm-joy", "judge"]
    assert (context.models / "policy" / "card.json").stat().st_mtime_ns == before


def test_a_missing_stage_is_named(context):
    shutil.rmtree(context.folder("value"))
    with pytest.raises(PipelineError, match="value/config.json is missing: run the stage"):
        release(context, ["value"])


def test_an_unknown_model_is_named(context):
    context.folder("policy").rename(context.folder("arm-rhyme"))
    with pytest.raises(PipelineError, match="'arm-rhyme' is unknown"):
        release(context, ["arm-rhyme"])
