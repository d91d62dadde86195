"""A thin layer over `onnx.helper`: named nodes, constants, and matrices stored as 8-bit blocks.

A stored matrix is four nodes over constants: Cast, Cast, Mul, Reshape. ONNX Runtime evaluates nodes without inputs
once, when a session is created. So every backend works on plain float32 matrices. QDQ or MatMulNBits would repeat this
work in each step, and their rounding depends on the backend.
"""

from collections.abc import Sequence

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

from tiller_training.models.quantise import Blocks

OPSET = 21
IR_VERSION = 10
CONTRIB = "com.microsoft"

Shape = Sequence[int | str]


class GraphBuilder:
    """Collects the parts of one ONNX graph; ONNX Runtime checks the result on loading."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes = []
        self._constants: dict[str, TensorProto] = {}
        self._inputs = []
        self._outputs = []

    def input(self, name: str, kind: int, shape: Shape) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, kind: int, shape: Shape) -> str:
        self._outputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def node(
        self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes
    ) -> str:
        """Add an operator with one output and return the output's name."""
        return self.nodes(operator, inputs, [output], domain, **attributes)[0]

    def nodes(
        self,
        operator: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        domain: str = "",
        **attributes,
    ) -> Sequence[str]:
        """Add an operator with several outputs; an empty name leaves an optional one out."""
        name = next(output for output in outputs if output)
        node = helper.make_node(operator, inputs, outputs, name=name, domain=domain, **attributes)
        self._nodes.append(node)
        return outputs

    def constant(self, name: str, array: np.ndarray) -> str:
        """Add an array once. A second array with this name must be the same."""
        tensor = numpy_helper.from_array(np.ascontiguousarray(array), name)
        if self._constants.setdefault(name, tensor) != tensor:
            raise ValueError(f"constant {name!r} is already defined with other contents")
        return name

    def matrix(self, name: str, blocks: Blocks, transpose: bool) -> str:
        """A float32 matrix from its blocks: [out, in], or [in, out] when transposed.

        Transposed matrices are stored transposed, with blocks along the first axis, so that loading makes no copy.
        """
        rows, columns = blocks.codes.shape
        count = blocks.scales.shape[1]
        if transpose:
            codes = blocks.codes.T.reshape(count, columns // count, rows)
            scales = blocks.scales.T.reshape(count, 1, rows)
            shape = (columns, rows)
        else:
            codes = blocks.codes.reshape(rows, count, columns // count)
            scales = blocks.scales.reshape(rows, count, 1)
            shape = (rows, columns)
        whole = self.constant(f"{name}.codes", codes)
        scale = self.constant(f"{name}.scales", scales)
        whole = self.node("Cast", [whole], f"{name}.codes_float", to=TensorProto.FLOAT)
        scale = self.node("Cast", [scale], f"{name}.scales_float", to=TensorProto.FLOAT)
        scaled = self.node("Mul", [whole, scale], f"{name}.scaled")
        size = self.constant("shape." + "x".join(map(str, shape)), np.array(shape, np.int64))
        return self.node("Reshape", [scaled, size], name)

    def model(self) -> ModelProto:
        """The finished model, with the constants that the nodes use."""
        graph = helper.make_graph(
            self._nodes, self._name, self._inputs, self._outputs, list(self._constants.values())
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="tiller")
        model.ir_version = IR_VERSION
        return model
