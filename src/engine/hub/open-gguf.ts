/** A GGUF file becomes a model that runs: its graph built here, its text from the file's own fields. */
import type { Backend } from "../../core/types.ts";
import type { Unembedding } from "../../core/heads/unembedding.ts";
import { bytesSource } from "../gguf/byte-source.ts";
import { buildGraph } from "../gguf/build-graph.ts";
import type { GraphForm } from "../gguf/graph-weights.ts";
import { readFacts } from "../gguf/model-facts.ts";
import { readGguf } from "../gguf/read-gguf.ts";
import { loadWeights } from "../gguf/stored-weights.ts";
import { unembeddingOf } from "../gguf/unembedding.ts";
import { tokenizerFiles } from "../gguf/tokenizer-files.ts";
import { OnnxCausalModel } from "../onnx/causal.ts";
import { usableSize } from "./compatibility.ts";
import type { FetchedModel } from "./fetch-model.ts";
import { checkMemory, memoryNeed, rowNeed } from "./memory.ts";
import { openModelText } from "./model-text.ts";
import type { HubModel, OpenModelOptions } from "./hub-model.ts";

/**
 * On a processor 4-bit products are many times slower than those of float32, so weights are unfolded. On a graphics card
 * they stay as they are, and a minimum comes in by block sums: its shaders take whole zero points alone.
 */
function formFor(backend: Backend): GraphForm {
  return backend === "webgpu" ? { kind: "blocks", minimum: "block-sums" } : { kind: "unfolded" };
}

/** @throws RunError "model-corrupt", "model-unsupported", "out-of-memory" and what the runtime throws */
export async function openGgufModel(fetched: FetchedModel, options: OpenModelOptions): Promise<HubModel> {
  const { id, dtype, graph: path } = fetched.manifest;
  const { runtime, plan, limits, usedBytes } = options;
  const gguf = await readGguf(id, bytesSource(await fetched.read(path)));
  const facts = readFacts(gguf);
  const { tokenizer, config, endIds } = tokenizerFiles(gguf.metadata);
  const text = openModelText(id, { tokenizer, config, template: null, endIds });
  const built = buildGraph(facts, await loadWeights(gguf, facts), formFor(runtime.backend));
  const { spec, weightBytes } = built;
  const rows = rowNeed({ cache: spec.cache, columns: facts.vocabulary, kind: "causal", spec }, plan);
  const need = memoryNeed(weightBytes, rows, runtime.backend, gguf.source.size);
  checkMemory(id, need, built, limits, usedBytes);
  const session = await runtime.createSession(built.graph, spec, built.external, rows.cacheBytes + rows.logitBytes);
  const vocabulary = { id, tokens: text.tokens, columns: facts.vocabulary, endIds: text.tokenizer.endIds };
  const vocabSize = usableSize(vocabulary);
  const model = new OnnxCausalModel({ id, context: facts.context, vocabSize, states: spec.states }, session);
  const arithmetic = runtime.backend === "webgpu" ? "stored" : "float32";
  const unembedding = async (): Promise<Unembedding> => {
    const again = await readGguf(id, bytesSource(await fetched.read(path)));
    return unembeddingOf(facts, await loadWeights(again, facts));
  };
  return {
    kind: "causal",
    unembedding,
    id,
    dtype,
    arithmetic,
    text,
    need,
    vocabulary,
    model,
    dispose: () => session.dispose(),
  };
}
