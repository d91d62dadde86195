"""Export one model from a folder with `weights.pt` and `config.json`, checked against PyTorch:

python -m tiller_training.export --weights runs/arm-joy --tokenizer runs/tokenizer/tokenizer.json \\
    --id arm-joy --kind arm --objectives joy --b '{"joy": 0.05}' \\
    --training training.json --metrics metrics.json --out ../public/models
"""

import argparse
import json
import sys
from pathlib import Path

from tiller_training.export.exportable import MODEL_KINDS, Exportable
from tiller_training.export.release import publish
from tiller_training.run.artefacts import PipelineError, load_model_files, read_json


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tiller_training.export")
    parser.add_argument("--weights", type=Path, required=True, help="weights.pt, config.json")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json")
    parser.add_argument("--id", required=True)
    parser.add_argument("--kind", choices=MODEL_KINDS, required=True)
    parser.add_argument("--objectives", default="", help="ids, separated by commas")
    parser.add_argument("--b", type=json.loads, default=None, help='arms only, {"joy": 0.05}')
    parser.add_argument("--training", type=Path, required=True, help="facts of the run, JSON")
    parser.add_argument("--metrics", type=Path, required=True, help="the card's metrics, JSON")
    parser.add_argument("--out", type=Path, required=True, help="folder of the models")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    try:
        config, weights = load_model_files(arguments.weights)
        exportable = Exportable(
            id=arguments.id,
            kind=arguments.kind,
            objectives=tuple(name for name in arguments.objectives.split(",") if name),
            b=arguments.b,
            config=config,
            weights=weights,
            tokenizer=arguments.tokenizer,
            training=read_json(arguments.training),
            metrics=read_json(arguments.metrics),
        )
        print(json.dumps({"id": exportable.id, **publish(exportable, arguments.out)}))
    except (PipelineError, ValueError) as error:
        print(f"export of {arguments.id}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
