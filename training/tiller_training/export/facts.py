"""The training facts of a card. They come from the manifest of a stage, under the names of the card."""

import math
from typing import Any

from tiller_training import OBJECTIVES
from tiller_training.run.artefacts import MANIFEST, read_json
from tiller_training.run.context import Context
from tiller_training.run.settings import FULL

Metric = dict[str, Any]
# Votes are random. ARMs and judge use the same votes.
PAIRS_PER_GROUP = math.comb(FULL.responses_per_prompt, 2)
LABEL_NOISE = f"{FULL.votes} votes a pair, drawn from P(w beats l) = sigmoid(R_w - R_l), R the standardised truth"

FALLIBLE_NOISE = (
    f"one vote a pair, drawn as for the judge, and {FULL.fallible.flipped:.0%} of the votes turned round, "
    f"{FULL.fallible.hurried:.0%} of them from the longer to the shorter text; "
    f"each of {FULL.fallible.members} members sees {FULL.fallible.prompts} prompts a kind of its own"
)


def training_facts(context: Context, name: str, manifest: dict[str, Any], commit: str) -> dict[str, Any]:
    """The `training` of a card. `pairs` and `labelNoise` are null for models that saw no pairs."""
    pairs = manifest["facts"].get("training_pairs")
    noise = FALLIBLE_NOISE if name == "fallible" else LABEL_NOISE
    return {
        "command": stage_command(context, name),
        "seed": manifest["seed"],
        "device": manifest["device"],
        "hours": round(manifest["seconds"] / 3600, 3),
        "commit": commit,
        "pairs": pairs,
        "labelNoise": None if pairs is None else noise,
    }


def metrics(context: Context, name: str) -> dict[str, Metric]:
    """The metrics of a card from the facts of a stage. All are measured on held-out prompts."""
    facts = read_json(context.folder(name) / MANIFEST)["facts"]
    command = stage_command(context, name)
    if name == "policy":
        valid = read_json(context.folder("tokens") / MANIFEST)["facts"]["valid"]
        return {"perplexity": _metric(math.exp(facts["validation_nats"]), valid["tokens"], command)}
    if name == "value":
        # The list has five fifths of the response, then its end. The card has the middle and the end.
        return {
            f"explained-variance-{place}.{objective}": _metric(
                facts["explained_variance"][objective][index], facts["held_out_responses"], command
            )
            for objective in OBJECTIVES
            for place, index in (("middle", 2), ("end", -1))
        }
    if name == "judge":
        return {
            f"{key}.{objective}": metric
            for objective in OBJECTIVES
            for key, metric in _preference(facts["objectives"][objective], command).items()
        }
    if name == "fallible":
        return {
            f"{key}.{objective}": metric
            for objective, found in facts["objectives"].items()
            for key, metric in _preference(found["mean"], command).items()
        }
    factor = facts["post_hoc"]
    return _preference(facts, command) | {
        "post-hoc-factor": _metric(factor["factor"], int(facts["pairs"]) - factor["pairs"], command),
        "slope-with-factor": _metric(factor["slope"], factor["pairs"], command),
    }


def stage_command(context: Context, name: str) -> str:
    """The command that makes the model again. It names --start if the run used it."""
    return f"npm run train -- --stage {name}" + ("" if context.start is None else " --start MODELS")


def _preference(facts: dict[str, float], command: str) -> dict[str, Metric]:
    """Held-out pairs: accuracy, the best accuracy that noisy votes allow, and calibration.

    The pairs of a group share responses. So the interval counts groups, not pairs, or it would be too narrow.
    """
    count, accuracy = int(facts["pairs"]), facts["accuracy"]
    groups = max(1.0, count / PAIRS_PER_GROUP)
    margin = 1.96 * math.sqrt(accuracy * (1 - accuracy) / groups)
    interval = [accuracy - margin, accuracy + margin]
    return {
        "pair-accuracy": _metric(accuracy, count, command, interval),
        "best-pair-accuracy": _metric(facts["best_accuracy"], count, command),
        "slope": _metric(facts["slope"], count, command),
        "correlation-with-truth": _metric(facts["correlation_with_gap"], count, command),
    }


def _metric(value: float, n: int, command: str, ci95: list[float] | None = None) -> Metric:
    interval = None if ci95 is None else [round(end, 4) for end in ci95]
    return {"value": round(value, 4), "n": n, "ci95": interval, "command": command}
