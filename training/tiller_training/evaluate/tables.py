"""`python -m tiller_training.evaluate.tables`: prints the tables of docs/ from training/results/."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from tiller_training import OBJECTIVES
from tiller_training.run.artefacts import read_json

TRAINING = Path(__file__).resolve().parents[2]
PRICES = (1.0, 2.0, 4.0)  # nats
MIN_EFFECTIVE = 8.0
STRATEGIES = {"genarm": "GenARM", "vas": "VAS", "bestOf16": "best-of-16"}
Row = dict[str, Any]


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; the first column is left-aligned, numbers are right-aligned."""
    titles = list(head)
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *([str(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def share(value: float) -> str:
    return f"{value:.0%}".replace("%", " %")


def interval(estimate: Row) -> str:
    low, high = estimate["ci95"]
    return f"{estimate['mean']:+.2f} ({low:+.2f} to {high:+.2f})"


def policy(data: Row) -> str:
    kinds = [data["free_samples"][kind] for kind in ("story", "advice")]
    titles = {"well_formed": "well-formed (aim 95 %)", "subject_kept": "keeps its subject (aim 90 %)", "ended": "ended by itself"}
    found = table(
        ["free samples", *(f"{name} ({kind['samples']})" for name, kind in zip(("stories", "advice"), kinds))],
        [[title, *(share(kind[key]) for kind in kinds)] for key, title in titles.items()],
    )
    perplexities = f"perplexity {data['policy']['perplexity']:.2f}, 5-gram {data['ngram']['perplexity']:.2f}"
    return f"{found}\n\n{perplexities}"


def typed(data: Row) -> str:
    titles = {"wellFormedShare": "well-formed", "onSubjectShare": "on their subject", "goodShare": "both (aim 85 %)"}
    sets = [data, data["later"]]
    head = [f"{kind}, {len(one['prompts']) // 2} {name}" for one, name in zip(sets, ("prompts", "later")) for kind in ("stories", "advice")]
    return table(
        [f"typed prompts, {data['samplesPerPrompt']} samples each", *head],
        [[title, *(share(one[kind][key]) for one in sets for kind in ("story", "advice"))] for key, title in titles.items()],
    )


def rewards(results: Path) -> str:
    judge, value = read_json(results / "judge.json"), read_json(results / "value.json")["explained_variance"]
    rows = []
    for name in OBJECTIVES:
        arm, own = read_json(results / f"arm-{name}.json"), judge["objectives"][name]
        steered = arm["contributions"]
        rows.append([
            name,
            *(f"{x:.3f}" for x in (arm["accuracy"], steered["accuracy"], own["accuracy"], own["best_accuracy"])),
            *(f"{x:.2f}" for x in (arm["slope"], arm["post_hoc"]["factor"], arm["post_hoc"]["slope"], steered["slope"], own["slope"])),
            *(f"{x:.2f}" for x in (arm["correlation_with_gap"], steered["correlation_with_gap"], own["correlation_with_gap"])),
            *(f"{value[name][place]:.2f}" for place in (2, -1)),
        ])
    head = ["objective", *(f"{what}: {who}" for what in ("accuracy", "slope", "corr.") for who in ("ARM", "contributions", "judge"))]
    head.insert(4, "accuracy: best")
    head[6:6] = ["factor", "slope: ARM with factor"]
    return table([*head, "value: middle", "value: end"], rows)


def own_texts(results: Path) -> str:
    """Figures of an ARM's contributions on held-out pairs of guided texts, before and after it learned from guided texts."""
    rows = []
    for name in OBJECTIVES:
        found = [read_json(results / f"arm-{name}.json")["guided"][when] for when in ("before", "after")]
        rows.append([name, *(f"{own[key]:.2f}" for key in ("correlation_with_gap", "slope") for own in found)])
    return table(["objective", *(f"{what} {when}" for what in ("corr.", "slope") for when in ("before", "after"))], rows)


def strength(data: Row) -> str:
    found = {(row["objective"], row["strategy"]): row for row in data["rows"]}
    base = {"story": data["base"]["story"], "advice": data["base"]["advice"]}
    rows = []
    for name in OBJECTIVES:
        cells: list[str] = []
        for strategy in ("genarm", "vas"):
            row = found[name, strategy]
            points = 100 * row["wellFormedChange"]["mean"]
            cells += [interval(row["gain"]), f"{row['kl']['mean']:.1f}", f"{points:+.0f}"]
        rows.append([name, *cells])
    head = ["objective", *(f"{strategy} {what}" for strategy in ("GenARM", "VAS") for what in ("gain, sd", "KL, nats", "form, points"))]
    forms = ", ".join(f"{kind} {share(own['wellFormed']['mean'])}" for kind, own in base.items())
    return f"{table(head, rows)}\n\nwell-formed without guidance: {forms}"


def ranking(data: Row) -> str:
    rows = [
        [name, row["states"], *(f"{row[key]:.2f}" for key in ("correlation", "ceiling")), interval(row["gainOfBest"]), interval(row["gainPossible"])]
        for name, row in data["objectives"].items()
    ]
    return table(["objective", "states", "correlation", "ceiling", "gain of V's best, sd", "gain of the best known, sd"], rows)


def equal(data: Row) -> str:
    def n(value: float | None) -> str:
        return f"> {data['poolSamples']}" if value is None else f"{value:.1f}"

    return table(
        ["objective", "strategy", "gain, sd", "KL, nats", "N by truth", "N by judge", "positions a token"],
        [
            [r["objective"], STRATEGIES[r["strategy"]], f"{r['gain']:+.2f}", f"{r['kl']:.1f}", n(r["equalN-truth"]), n(r["equalN-judge"]), f"{r['positionsPerToken']:.1f}"]
            for r in data["rows"]
        ],
    )


def monotone(data: Row) -> str:
    rows = [[r["objective"], STRATEGIES[r["strategy"]], f"{r['spearman']:.2f}", f"{r['effect']:+.2f}"] for r in data["rows"]]
    return table(["objective", "strategy", "Spearman over nine weights", "effect between the ends, sd"], rows)


def front(data: Row) -> str:
    return table(["strategy", "hypervolume"], [[STRATEGIES[name], f"{volume:.2f}"] for name, volume in data["hypervolume"].items()])


def reward_kl(data: Row) -> str:
    """Gains at the same KL, linear between measured points. "-" stands for a KL beyond the last point."""
    rows = []
    for name, found in data["objectives"].items():
        guided = {strategy: [(r["kl"]["mean"], r["gain"]["mean"]) for r in rows_] for strategy, rows_ in found["guided"].items()}
        ranked = {by: [(r["klUpperBound"], r["gain"]["mean"]) for r in rows_] for by, rows_ in found["bestOfN"].items()}
        # With few effective samples, the end of the ceiling is too high.
        ceiling = [(r["kl"], r["gain"]) for r in found["ceiling"] if r["effectiveSamples"] >= MIN_EFFECTIVE]
        curves = [guided["genarm"], guided["vas"], guided.get("neutral", []), ranked["truth"], ranked["judge"], ceiling]
        for nats in PRICES:
            rows.append([name, nats, *(_at(curve, nats) for curve in curves)])
    head = ["objective", "nats", "GenARM", "VAS", "neutral ARM", "best-of-N by truth", "best-of-N by judge", "ceiling"]
    return table(head, rows)


def _at(curve: list[tuple[float, float]], nats: float) -> str:
    points = sorted([(0.0, 0.0), *curve])
    if points[-1][0] < nats:
        return "-"
    return f"{np.interp(nats, [kl for kl, _ in points], [gain for _, gain in points]):+.2f}"


def over_optimisation(data: Row) -> str:
    parts = []
    for name, found in data["objectives"].items():
        rules = dict(found["bestOfN"]["rules"])
        single = rules.pop("single")
        last = single["curve"][-1]
        rows = [["one judge (mean of five)", *_extremes([r["truth"] for r in single["curve"]], [r["n"] for r in single["curve"]]), f"{last['proxy']:+.2f}", "", ""]]
        for rule, own in rules.items():
            curve = own["curve"]
            rows.append([
                rule,
                *_extremes([r["truth"]["mean"] for r in curve], [r["n"] for r in curve]),
                f"{curve[-1]['proxy']['mean']:+.2f}",
                "yes" if own["turnsDown"] else "no",
                interval(own["cap"]["saved"]),
            ])
        parts.append(f"{name}\n\n" + table(["ranked by", "truth at best N", "best N", "truth at the largest N", "its belief there", "turns down", "a cap saves"], rows))
        steered = [[f"{r['strength']:g}", f"{r['kl']['mean']:.1f}", interval(r["truth"]), f"{r['armReward']['mean']:+.2f}", f"{sum(r['single']) / len(r['single']):+.2f}", f"{r['wco']['mean']:+.2f}", share(r["wellFormed"])] for r in found["genarm"]]
        parts.append(table(["strength", "KL, nats", "truth, sd", "ARM's reward, sd", "one judge", "worst case", "well-formed"], steered))
        parts.append(f"correlation with the truth inside a prompt: {found['bestOfN']['correlationWithTruth']}")
    return "\n\n".join(parts)


def _extremes(truth: list[float], ns: list[int]) -> tuple[str, int, str]:
    place = max(range(len(truth)), key=truth.__getitem__)
    return f"{truth[place]:+.2f}", ns[place], f"{truth[-1]:+.2f}"


TABLES = {
    "language-models": policy,
    "typed": typed,
    "strength": strength,
    "value-ranking": ranking,
    "equal-n": equal,
    "monotone": monotone,
    "helpful-cautious": front,
    "reward-kl": reward_kl,
    "over-optimisation": over_optimisation,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tiller_training.evaluate.tables", description=__doc__)
    parser.add_argument("--results", type=Path, default=TRAINING / "results")
    results = parser.parse_args().results
    print(f"## rewards\n\n{rewards(results)}\n")
    print(f"## own-texts\n\n{own_texts(results)}\n")
    for name, write in TABLES.items():
        path = results / f"{name}.json"
        if path.is_file():
            print(f"## {name}\n\n{write(read_json(path))}\n")


if __name__ == "__main__":
    main()
