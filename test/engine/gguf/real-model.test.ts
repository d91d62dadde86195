/** SmolLM2-135M-Instruct from its GGUF file against PyTorch, where `npm run get-model -- smollm2-135m-instruct` has put it. */
import { existsSync, openAsBlob } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blobSource } from "../../../src/engine/gguf/byte-source.ts";
import { buildGraph } from "../../../src/engine/gguf/build-graph.ts";
import { readFacts } from "../../../src/engine/gguf/model-facts.ts";
import { readGguf, type Gguf } from "../../../src/engine/gguf/read-gguf.ts";
import { loadWeights } from "../../../src/engine/gguf/stored-weights.ts";
import { tokenizerFiles } from "../../../src/engine/gguf/tokenizer-files.ts";
import { OnnxCausalModel } from "../../../src/engine/onnx/causal.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { cpuRuntime } from "../../../scripts/node/runtimes.ts";
import { fixtureJson, hashOf } from "./fixtures.ts";

const FILE = join(import.meta.dirname, "../../../models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
const isHere = existsSync(FILE);
if (!isHere) process.stderr.write("skipped: no real model; npm run get-model -- smollm2-135m-instruct fetches it\n");

interface Case {
  readonly prompt: string;
  readonly prompt_ids: readonly number[];
  readonly new_ids: readonly number[];
  readonly some: readonly number[];
  readonly logits: readonly number[];
}

describe.runIf(isHere)("SmolLM2-135M-Instruct from its GGUF file", { timeout: 120_000 }, () => {
  const cases = fixtureJson("smollm2.json") as readonly Case[];
  let gguf: Gguf;
  let runtime: Runtime;
  let model: OnnxCausalModel;

  beforeAll(async () => {
    gguf = await readGguf("smollm2", blobSource(await openAsBlob(FILE)));
    const facts = readFacts(gguf);
    runtime = await cpuRuntime(2);
    const { graph, external, spec } = buildGraph(facts, await loadWeights(gguf, facts), { kind: "unfolded" });
    const session = await runtime.createSession(graph, spec, external);
    model = new OnnxCausalModel({ id: "smollm2", vocabSize: facts.vocabulary, context: facts.context }, session);
  }, 120_000);
  afterAll(() => runtime.dispose());

  it("cuts 2,000 varied lines as the reference conversion does", () => {
    const { lines, hashes } = fixtureJson("smollm2-lines.json.gz") as { lines: string[]; hashes: string[] };
    const { tokenizer, config } = tokenizerFiles(gguf.metadata);
    const own = new Tokenizer(tokenizer, config);
    const found = lines.map((line) => hashOf(own.encode(line, { add_special_tokens: false }).ids));
    expect(lines).toHaveLength(2000);
    expect(found).toEqual(hashes);
  });

  it("gives PyTorch's logits within 0.001 and its greedy text on 20 prompts, all in one batch of uneven rows", async () => {
    expect(cases).toHaveLength(20);
    const batch = await model.open(cases.map((each) => each.prompt_ids));
    const best = (row: number): number => {
      const logits = batch.logits(row);
      return logits.indexOf(Math.max(...logits));
    };
    let most = 0;
    for (const [row, { some, logits }] of cases.entries()) {
      some.forEach((id, i) => (most = Math.max(most, Math.abs((batch.logits(row)[id] ?? NaN) - (logits[i] ?? NaN)))));
    }
    process.stdout.write(`largest difference of a logit from PyTorch's: ${most.toExponential(1)}\n`);
    expect(most).toBeLessThan(1e-3);
    const written: number[][] = cases.map(() => []);
    for (let at = 0; at < 24; at += 1) {
      const next = cases.map((_, row) => best(row));
      next.forEach((id, row) => written[row]?.push(id));
      await batch.step(next);
    }
    batch.dispose();
    expect(written).toEqual(cases.map((each) => each.new_ids));
  });

  it("gives a row alone what it gives in the batch, and read at once what it gives step by step", async () => {
    const texts = cases.slice(0, 3).map((each) => [...each.prompt_ids]);
    const batch = await model.open(texts);
    const next = cases.slice(0, 3).map((each) => each.new_ids[0] ?? 0);
    await batch.step(next);
    for (const [row, text] of texts.entries()) {
      const [alone] = await model.read([...text, next[row] ?? 0], 1);
      const apart = Math.max(...Array.from(batch.logits(row), (value, id) => Math.abs(value - (alone?.[id] ?? NaN))));
      expect(apart).toBeLessThan(1e-3);
    }
    batch.dispose();
  });
});
