"""The export stage on folders as training stages leave them, with tiny random weights."""

import json
import shutil

import pytest
import torch

from tiller_training.artefacts import PipelineError, save_model, write_json
from tiller_training.context import Context
from tiller_training.dataset import TokenRows
from tiller_training.export.release import MODEL_IDS, release
from tiller_training.export.tiny import tiny_sources, tiny_tokenizer
from tiller_training.settings import SMOKE

METRICS = {"accuracy": {"value": 0.7, "n": 500, "ci95": [0.66, 0.74], "command": "npm run train"}}


@pytest.fixture
def context(tmp_path) -> Context:
    """Nine finished stages, a tokenizer and a few held-out rows."""
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
    for source in tiny_sources(tokenizer):
        folder = context.folder(source.id)
        save_model(folder, source.torch_model(source.weights), source.config)
        facts = {"b": 0.05, "pairs": 40, "labelNoise": "sigmoid(R_w - R_l)"}
        manifest = {"seed": 3, "device": "cpu", "seconds": 180.0, "facts": facts}
        write_json(folder / "manifest.json", manifest)
    write_json(context.folder("arm-joy") / "metrics.json", METRICS)
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
    card = json.loads((context.models / "arm-joy" / "card.json").read_text())
    assert (card["b"], card["metrics"]) == ({"joy": 0.05}, METRICS)
    assert card["training"]["hours"] == 0.05
    fixtures = json.loads((context.models / "models.json").read_text())
    assert [case["model"] for case in fixtures["cases"]] == list(MODEL_IDS)


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
