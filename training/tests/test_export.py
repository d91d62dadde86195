"""Exported models against PyTorch with the same stored weights, and folders against their cards."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from tiller_training.export import folder as folder_module
from tiller_training.export.folder import export_model, graph_bytes
from tiller_training.export.parity import Parity, measure_parity
from tiller_training.export.runtime import CachedModel, log_softmax, padded, reward_scores
from tiller_training.export.exportable import Exportable
from tiller_training.export.storage import BLOCKS_4, BLOCKS_8, FLOAT16, storage_cost
from tiller_training.export.tiny import tiny_exportables, tiny_tokenizer
from tiller_training.models.quantise import dequantised, quantise
from tiller_training.run.artefacts import PipelineError

ROWS = [[0, *range(7, 7 + length)] for length in (36, 9, 14)]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def exportables(tmp_path_factory) -> dict[str, Exportable]:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    tiny_tokenizer().save(str(path))
    return {exportable.id: exportable for exportable in tiny_exportables(path)}


def run_uncached(model: bytes, output: str, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    caches = {
        item.name: np.zeros((len(ids), item.shape[1], 0, item.shape[3]), np.float32)
        for item in session.get_inputs()
        if "past" in item.name
    }
    return session.run([output], {"input_ids": ids, "attention_mask": mask, **caches})[0]


@pytest.mark.parametrize("model", ["policy", "arm-joy", "value", "judge"])
def test_every_route_through_the_file_agrees_with_pytorch(exportables, model):
    parity = measure_parity(exportables[model], graph_bytes(exportables[model]), ROWS)
    assert max(parity.uncached, parity.cached, parity.batch, parity.ragged) < 1e-4


def test_parity_notices_weights_that_are_not_those_of_the_file(exportables):
    policy = exportables["policy"]
    name = "model.layers.1.mlp.up_proj.weight"
    weights = {**policy.weights, name: policy.weights[name] * 1.1}
    parity = measure_parity(policy, graph_bytes(replace(policy, weights=weights)), ROWS)
    with pytest.raises(ValueError, match="uncached route differs from PyTorch"):
        parity.check("policy")


def test_parity_does_not_accept_nan():
    with pytest.raises(ValueError, match="ragged"):
        Parity(uncached=0, cached=0, batch=0, ragged=float("nan")).check("policy")


def test_padding_tokens_change_nothing(exportables):
    model = graph_bytes(exportables["policy"])
    ids, mask = padded(ROWS)
    runner = CachedModel(model)
    first = runner.start(ROWS)
    ids[mask == 0] = 400
    logits = run_uncached(model, "logits", ids, mask)
    assert np.abs((logits - first)[mask == 1]).max() < 1e-5


def test_hidden_is_the_output_of_the_final_norm(exportables):
    exportable = exportables["policy"]
    ids, mask = padded(ROWS[:1])
    hidden = run_uncached(graph_bytes(exportable), "hidden", ids, mask)
    with torch.no_grad():
        expected = exportable.stored_twin().hidden(torch.tensor(ids)).numpy()
    np.testing.assert_allclose(hidden, expected, atol=1e-5)


def test_stored_matrices_are_folded_when_a_session_opens(exportables, tmp_path):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    model = graph_bytes(exportables["policy"])
    onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    operators = [node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node]
    assert operators.count("MatMul") == 2 * 5 + 1
    assert not {"Reshape", "Transpose", "Cos", "DequantizeLinear"} & set(operators)
    # The two casts that are left turn row lengths into int32.
    assert operators.count("Cast") == 2


def test_a_judge_reads_the_last_real_token_only(exportables):
    judge = graph_bytes(exportables["judge"])
    together = reward_scores(judge, ROWS)
    assert together.shape == (3, 6, 1)
    assert np.abs(together[1] - reward_scores(judge, [ROWS[1]])[0]).max() < 1e-5
    assert np.abs(together[1] - reward_scores(judge, [ROWS[1][:-1]])[0]).max() > 1e-2


def test_eight_bit_blocks_are_within_half_a_scale():
    matrix = np.random.default_rng(1).normal(size=(6, 64)).astype(np.float32)
    matrix[0, :32] = 0
    blocks = quantise(matrix)
    scales = np.repeat(blocks.scales.astype(np.float32), 32, axis=1)
    # Rounding the scale itself to half precision adds at most 127 * 2^-11 of a scale.
    assert (np.abs(blocks.dequantise() - matrix) <= (0.5 + 127 / 2**11) * scales).all()
    assert not blocks.dequantise()[0, :32].any()


def test_fewer_bits_cost_more(exportables):
    half, eight, four = (
        storage_cost(exportables["policy"], ROWS, storage) for storage in (FLOAT16, BLOCKS_8, BLOCKS_4)
    )
    assert half.megabytes > eight.megabytes > four.megabytes
    assert 0 < half.mean_kl < eight.mean_kl < four.mean_kl / 20
    assert eight.greedy_agreement >= four.greedy_agreement


def test_the_cost_of_storage_for_values_is_a_shift(exportables):
    shifts = [
        storage_cost(exportables[name], ROWS, storage).mean_shift
        for name in ("value", "judge")
        for storage in (BLOCKS_8, BLOCKS_4)
    ]
    assert 0 < shifts[0] < shifts[1] / 5
    assert 0 < shifts[2] < shifts[3] / 5


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.zeros((2, 33), np.float32), "in a multiple of 32"),
        (np.full((2, 32), np.nan, np.float32), "not finite"),
        (np.full((2, 32), 1e8, np.float32), "beyond"),
    ],
)
def test_quantise_names_what_it_cannot_store(matrix, message):
    with pytest.raises(ValueError, match=message):
        quantise(matrix)


def test_read_outs_and_norms_stay_float32(exportables):
    value = exportables["value"]
    stored = dequantised(value.weights)
    for name in ("value_head.weight", "value_head.bias", "model.norm.weight"):
        assert torch.equal(stored[name], value.weights[name])
    assert not torch.equal(
        stored["model.embed_tokens.weight"], value.weights["model.embed_tokens.weight"]
    )


def test_a_folder_is_whole_and_its_card_describes_it(exportables, tmp_path):
    folder = export_model(exportables["arm-joy"], tmp_path)
    card = json.loads((folder / "card.json").read_text())
    listed = {record["path"] for record in card["files"]}
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert listed == present - {"card.json"}
    for record in card["files"]:
        content = (folder / record["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            record["bytes"],
            record["sha256"],
        )
    assert card["b"] == {"joy": 0.1}
    assert card["params"] == sum(tensor.numel() for tensor in exportables["arm-joy"].weights.values())
    assert [path.name for path in tmp_path.iterdir()] == ["arm-joy"]


def test_the_probe_can_be_repeated_from_the_file(exportables, tmp_path):
    folder = export_model(exportables["policy"], tmp_path)
    probe = json.loads((folder / "card.json").read_text())["probe"]
    distribution = log_softmax(CachedModel(folder / "onnx" / "model.onnx").next_rows([probe["ids"]])[0])
    assert [index for index, _ in probe["top5"]] == list(np.argsort(-distribution)[:5])
    for index, expected in probe["top5"]:
        assert abs(distribution[index] - expected) < probe["tolerance"]


def test_an_interrupted_export_leaves_the_former_folder(exportables, tmp_path, monkeypatch):
    folder = export_model(exportables["arm-joy"], tmp_path)
    before = (folder / "card.json").read_bytes()

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module, "build_card", full_disk)
    with pytest.raises(PipelineError, match="No space left on device; what was there before"):
        export_model(exportables["arm-joy"], tmp_path)
    assert (folder / "card.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["arm-joy"]


def test_a_tokenizer_of_another_size_is_refused(exportables, tmp_path):
    policy = exportables["policy"]
    tokenizer = tiny_tokenizer()
    tokenizer.add_tokens(["<new>"])
    other = tmp_path / "tokenizer.json"
    tokenizer.save(str(other))
    with pytest.raises(PipelineError, match="512 pieces, the tokenizer has 513"):
        export_model(replace(policy, tokenizer=other), tmp_path / "models")


def test_an_arm_without_its_coefficient_is_refused(exportables):
    with pytest.raises(ValueError, match="arms need it"):
        replace(exportables["arm-joy"], b=None)


def test_the_committed_tiny_models_and_their_numbers_belong_together(exportables):
    tiny = Path(__file__).parents[2] / "test" / "fixtures" / "tiny"
    cases = json.loads((tiny / "expected.json").read_text())["cases"]
    assert [case["model"] for case in cases] == list(exportables)
    for case in cases:
        exportable = exportables[case["model"]]
        rows = [row["prompt"] + row["steps"] for row in case["rows"]]
        model = tiny / exportable.id / "onnx" / "model.onnx"
        assert hashlib.sha256(model.read_bytes()).hexdigest() == case["sha256"]
        measure_parity(exportable, model, rows).check(exportable.id)
