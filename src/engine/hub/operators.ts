/** Whether the runtime has the operators of a graph, asked of the runtime itself before the weights are downloaded. */
import { RunError } from "../../core/errors.ts";
import { FLOAT, model, node, port } from "../gguf/onnx-writer.ts";
import type { GraphSpec, Runtime } from "../onnx/runtime.ts";
import type { Graph } from "./graph.ts";

const SPEC: GraphSpec = {
  output: "logits",
  each: "row",
  cache: null,
  extras: [],
  outputType: "float32",
  outputShape: [1],
};

/**
 * Standard operators are in every build. Each of the others is tried alone, in a graph of a few bytes: the runtime tells
 * an operator that it does not have from one that lacks its inputs.
 * @throws RunError "model-unsupported" that names the first operator which the runtime lacks
 */
export async function requireOperators(id: string, { extensions }: Graph, runtime: Runtime): Promise<void> {
  for (const [operator, domain] of extensions) {
    if (!(await isLacking(operator, domain, runtime))) continue;
    const message = `${id} needs the operator ${operator}, which the model runtime of this page does not have. Choose another form of it, another repository, or a GGUF file.`;
    throw new RunError("model-unsupported", message, { id, operator, reason: "operator" });
  }
}

async function isLacking(operator: string, domain: string, runtime: Runtime): Promise<boolean> {
  const parts = model({
    nodes: [node(operator, [], ["logits"], { domain })],
    weights: [],
    inputs: [],
    outputs: [port("logits", FLOAT, [1, 1])],
  });
  try {
    const session = await runtime.createSession(new Uint8Array(await new Blob([...parts]).arrayBuffer()), SPEC);
    await session.dispose();
    return false;
  } catch (error) {
    return error instanceof RunError && error.code === "model-unsupported";
  }
}
