"""What a text has earned so far, against the truth of its parts."""

from __future__ import annotations

import numpy as np
import pytest

from tiller_training import OBJECTIVES
from tiller_training.objectives import raw
from tiller_training.reward.earnings import earned

CONSTANTS = {name: (0.5, 2.0) for name in OBJECTIVES}
JOY = OBJECTIVES.index("joy")


def test_the_end_has_earned_the_whole_truth() -> None:
    pieces = ["Tom", " laughed", ".", " It", " rained", ".", ""]
    found = earned("story", "Once Tom woke.", pieces, CONSTANTS)
    assert found.shape == (len(pieces) + 1, len(OBJECTIVES))
    whole = raw("story", "Once Tom woke.", "Tom laughed. It rained.")
    for column, name in enumerate(OBJECTIVES):
        if whole[name] is not None:
            assert found[-1, column] == pytest.approx((whole[name] - 0.5) / 2.0, abs=1e-6)


def test_a_sentence_earns_its_share_and_the_prompt_nothing() -> None:
    pieces = ["Tom", " laughed", ".", " It", " rained", "."]
    found = earned("story", "Once Tom woke.", pieces, CONSTANTS)
    share = len("Tom laughed.") / len("Tom laughed. It rained.")
    first = raw("story", "Once Tom woke.", "Tom laughed.")["joy"]
    assert first is not None and first > 0
    assert found[0, JOY] == 0
    np.testing.assert_allclose(found[1:4, JOY], share * (first - 0.5) / 2.0, atol=1e-6)
    assert found[4, JOY] == found[6, JOY] != found[3, JOY]


def test_undefined_objectives_stay_undefined() -> None:
    found = earned("story", "Once Tom woke.", ["Tom", " sang", "."], CONSTANTS)
    assert np.isnan(found[:, OBJECTIVES.index("helpful")]).all()
    assert np.isnan(earned("story", "Once Tom woke.", [""], CONSTANTS)).all()

