"""The tables of docs/models.md are those that training/results/ gives."""

import pytest

from tiller_training.evaluate import tables
from tiller_training.run.artefacts import read_json

RESULTS = tables.TRAINING / "results"
PAGE = (tables.TRAINING.parent / "docs" / "models.md").read_text(encoding="utf-8").splitlines()
# Over-optimisation has its own page, which draws some of its tables as charts.
WRITTEN = {
    "rewards": lambda: tables.rewards(RESULTS),
    "own-texts": lambda: tables.own_texts(RESULTS),
    **{
        name: lambda name=name, write=write: write(read_json(RESULTS / f"{name}.json"))
        for name, write in tables.TABLES.items()
        if name != "over-optimisation"
    },
}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_page_has_every_line_of_the_table(name: str) -> None:
    lines = [line for line in WRITTEN[name]().splitlines() if line.startswith("|")]
    assert len(lines) > 2
    assert [line for line in lines if line not in PAGE] == []


def test_the_page_on_over_optimisation_has_every_ranking_rule() -> None:
    page = (tables.TRAINING.parent / "docs" / "over-optimisation.md").read_text(encoding="utf-8").splitlines()
    written = tables.over_optimisation(read_json(RESULTS / "over-optimisation.json")).splitlines()
    # The tables of strengths begin with a number; the page draws those.
    rules = [line for line in written if line.startswith("| ") and not line[2].isdigit() and not line.startswith("| strength")]
    assert len(rules) > 10
    assert [line for line in rules if line not in page] == []
