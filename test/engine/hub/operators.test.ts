/** Operators that the shipped runtime lacks are told in words, before the weights of the model are downloaded. */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { node } from "../../../src/engine/gguf/onnx-writer.ts";
import { readGraph } from "../../../src/engine/hub/graph.ts";
import { hubFiles } from "../../../src/engine/hub/hub-files.ts";
import { openLineup } from "../../../src/engine/hub/lineup.ts";
import { requireOperators } from "../../../src/engine/hub/operators.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { asRunError } from "../../../src/engine/onnx/runtime-errors.ts";
import { startHubServer, type HubServer } from "../../hub-server.ts";
import { offlineFetching } from "../../offline-fetching.ts";
import { HUB_MODELS } from "./hub-models.ts";

const NAME = "llama-instruct-external";

let runtime: Runtime;
let server: HubServer;
beforeAll(async () => {
  runtime = await wasmRuntime();
  server = await startHubServer({ folder: HUB_MODELS });
});
afterAll(async () => {
  await runtime.dispose();
  await server.close();
});

/** The fixture's graph with one more node: parts of a message that come later are joined with those before. */
function withOperator(operator: string, domain: string): Buffer {
  const more = Buffer.concat(node(operator, ["input_ids"], ["unused"], { domain }));
  const inGraph = Buffer.concat([Buffer.from([1 * 8 + 2, more.byteLength]), more]);
  const inModel = Buffer.concat([Buffer.from([7 * 8 + 2, inGraph.byteLength]), inGraph]);
  return Buffer.concat([readFileSync(`${HUB_MODELS}/${NAME}/onnx/model.onnx`), inModel]);
}

test("operators beyond the standard ones are read with their domains", () => {
  const graph = readGraph("g", withOperator("Imagined", "com.example"));
  expect(graph.extensions.get("Imagined")).toBe("com.example");
  expect(graph.extensions.has("MatMul")).toBe(false);
});

test("those that the runtime has are let through, also where they ask for inputs and attributes", async () => {
  for (const operator of ["MatMulNBits", "GroupQueryAttention", "GatherBlockQuantized"]) {
    const asked = requireOperators("g", readGraph("g", withOperator(operator, "com.microsoft")), runtime);
    await expect(asked).resolves.toBeUndefined();
  }
});

test("a graph with another is refused before its weights are asked for", async () => {
  const files = readdirSync(`${HUB_MODELS}/${NAME}`, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name } of files) server.put("test/odd", name, readFileSync(`${HUB_MODELS}/${NAME}/${name}`));
  server.put("test/odd", "onnx/model.onnx", withOperator("BitLinear", "com.microsoft"));
  server.put("test/odd", "onnx/model.onnx_data", readFileSync(`${HUB_MODELS}/${NAME}/onnx/model.onnx_data`));
  const opening = openLineup([{ repo: hubFiles("test/odd", server.base), dtype: null }], {
    runtime,
    limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
    plan: { rows: 2, tokens: 64, promptTokens: 32 },
    fetching: offlineFetching(),
    onProgress: () => undefined,
    startReference: null,
  });
  await expect(opening).rejects.toMatchObject({
    code: "model-unsupported",
    message:
      "test/odd needs the operator BitLinear, which the model runtime of this page does not have. Choose another form of it, another repository, or a GGUF file.",
  });
  expect(server.log).toContain("onnx/model.onnx");
  expect(server.log).not.toContain("onnx/model.onnx_data");
});

test.each([
  ["com.microsoft:BitLinear(-1) is not a registered function/op", "BitLinear"],
  ["No Op registered for Attention with domain_version of 23", "Attention"],
  ["Could not find an implementation for GatherBlockQuantized(1) node with name '/embed'", "GatherBlockQuantized"],
])("the runtime's own words are turned into ours: %s", (reason, operator) => {
  const error = asRunError(new Error(`Fatal error: ${reason}`), "opening a graph");
  expect(error.code).toBe("model-unsupported");
  expect(error.message).toContain(`needs the operator ${operator}, which the model runtime of this page does not have`);
});
