"""A slider's end is the largest weight that keeps within both bounds, for both strategies."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tiller_training import OBJECTIVES
from tiller_training.evaluate.ends import MAX_KL, MAX_LOSS, WEIGHTS, is_within, slider_ends
from tiller_training.evaluate.setting import Setting
from tiller_training.run.artefacts import write_json


@dataclass
class FakeBench:
    """KL grows with the square of the weight; form breaks at once at `breaks`, for VAS alone."""

    slope: float
    breaks: float

    def genarm(self, weights: dict[str, float], beta: float) -> Any:
        return "genarm", next(iter(weights.values()))

    def vas(self, weights: dict[str, float], beta: float, k: int) -> Any:
        return "vas", next(iter(weights.values()))

    def run(self, guide: Any = ("plain", 0.0)) -> Any:
        strategy, weight = guide
        well = 0.0 if strategy == "vas" and weight >= self.breaks else 1.0
        return SimpleNamespace(
            truth=dict.fromkeys(OBJECTIVES, np.array([weight, np.nan])),
            kl=np.full(2, self.slope * weight**2),
            well_formed=np.full(2, well),
        )


@pytest.mark.parametrize(("slope", "breaks", "end"), [(1.0, 9.0, 2.3), (0.1, 9.0, 3.2), (1.0, 1.5, 1.4), (9.0, 9.0, 0.8)])
def test_the_end_is_the_largest_weight_within_the_bounds(slope: float, breaks: float, end: float) -> None:
    bench = FakeBench(slope, breaks)
    found = slider_ends({"story": bench, "advice": bench}, Setting({}, 0.4, 8))  # type: ignore[dict-item]
    assert found["fullWeight"] == dict.fromkeys(OBJECTIVES, end)
    assert all(row["genarm"]["gain"] == row["weight"] for row in found["rows"])
    if end > WEIGHTS[0]:
        assert slope * end**2 <= MAX_KL


def test_both_bounds_count_for_both_methods() -> None:
    good = {"kl": MAX_KL, "wellFormedChange": -MAX_LOSS}
    assert is_within({"genarm": good, "vas": good})
    for name, value in (("kl", MAX_KL + 0.01), ("wellFormedChange", -MAX_LOSS - 0.01)):
        for strategy in ("genarm", "vas"):
            assert not is_within({"genarm": good, "vas": good, strategy: {**good, name: value}})


def test_the_strength_study_is_read_again_only_for_the_same_models_prompts_and_setting(tmp_path, monkeypatch) -> None:
    import tiller_training.evaluate.__main__ as studies_of

    monkeypatch.setattr(studies_of, "weight_hashes", lambda work: {"policy": "abc"})
    monkeypatch.setattr(studies_of, "strength", lambda benches, setting: {"rows": "measured"})
    studies = object.__new__(studies_of.Studies)
    studies.options = SimpleNamespace(results=tmp_path, work=tmp_path, seed=1)
    studies.benches, studies.setting = {}, Setting({"joy": 2.0}, 0.4, 8)
    assert studies.kept_strengths() == {"rows": "measured"}
    kept = {**studies.provenance, "setting": studies.setting.to_dict(), "draws": studies_of.DRAWS, "rows": "kept"}
    write_json(tmp_path / "strength.json", kept)
    assert studies.kept_strengths()["rows"] == "kept"
    studies.setting = Setting({"joy": 2.1}, 0.4, 8)
    assert studies.kept_strengths()["rows"] == "measured"
