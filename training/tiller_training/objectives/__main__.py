"""Score texts, or measure the standardisation constants.

    python -m tiller_training.objectives F.jsonl
    python -m tiller_training.objectives --calibrate SAMPLES.jsonl --out objectives.json
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from .calibrate import calibrate
from .records import read_records
from .truth import CONSTANTS_FILE, load_constants, truth

BAD_INPUT = 2


def _print_scores(path: Path) -> None:
    """One JSON line of standardised values for each record; raw values without objectives.json."""
    constants = load_constants() if CONSTANTS_FILE.exists() else None
    for record in read_records(path):
        values = truth(record["kind"], record["prompt"], record["response"], constants)
        print(json.dumps(values, separators=(",", ":")))


def _write_constants(samples: Path, out: Path) -> None:
    """Write objectives.json in one move, so that a broken run leaves the old file alone."""
    rows = calibrate(read_records(samples))
    part = out.with_name(f"{out.name}.part")
    part.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    os.replace(part, out)


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0, or 2 with one line on stderr for bad input."""
    parser = argparse.ArgumentParser(prog="python -m tiller_training.objectives", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="JSON Lines of {kind, prompt, response}")
    parser.add_argument("--calibrate", type=Path, metavar="SAMPLES", help="measure mean, sd and range on these lines")
    parser.add_argument("--out", type=Path, help="where --calibrate writes objectives.json")
    options = parser.parse_args(arguments)
    try:
        if options.calibrate and options.out and not options.file:
            _write_constants(options.calibrate, options.out)
        elif options.file and not options.calibrate and not options.out:
            _print_scores(options.file)
        else:
            parser.error("give either a file to score, or --calibrate SAMPLES with --out FILE")
    except (ValueError, OSError) as error:
        print(f"objectives: {error}", file=sys.stderr)
        return BAD_INPUT
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
