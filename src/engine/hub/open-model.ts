/** A fetched model becomes one that runs: its graph read, its memory checked, its session opened, its text at hand. */
import { RunError } from "../../core/errors.ts";
import type { Unembedding } from "../../core/heads/unembedding.ts";
import type { StateSizes } from "../interfaces.ts";
import { OnnxCausalModel } from "../onnx/causal.ts";
import type { Session } from "../onnx/runtime.ts";
import { architectureOf, type Architecture } from "./architecture.ts";
import { OnnxClassifier } from "./classifier.ts";
import { usableSize } from "./compatibility.ts";
import { parseJson, readConfig, type ModelConfig } from "./config.ts";
import type { FetchedModel } from "./fetch-model.ts";
import { isGguf } from "./gguf-forms.ts";
import type { HubModel, Opened, OpenModelOptions } from "./hub-model.ts";
import { invalidGraph, readGraph, type Graph } from "./graph.ts";
import { openModelText } from "./model-text.ts";
import { openGgufModel } from "./open-gguf.ts";
import { appendStates } from "./states/append-states.ts";
import { vocabularyHead, type VocabularyHead } from "./states/vocabulary-head.ts";
import { formThatFits, type GraphFiles } from "./unfold/form-that-fits.ts";

/** @throws RunError "model-corrupt", "model-unsupported", "model-missing", "out-of-memory" and what the runtime throws */
export async function openHubModel(fetched: FetchedModel, options: OpenModelOptions): Promise<HubModel> {
  const { manifest } = fetched;
  const { id, dtype } = manifest;
  if (isGguf(manifest.graph)) return openGgufModel(fetched, options);
  const json = async (path: string): Promise<unknown> =>
    fetched.has(path) ? parseJson(id, path, await fetched.read(path)) : null;
  const config = readConfig(id, await json("config.json"), await json("generation_config.json"));
  const text = openModelText(id, {
    tokenizer: await json("tokenizer.json"),
    config: await json("tokenizer_config.json"),
    template: (await textFile(fetched, "chat_template.jinja")) ?? templateIn(await json("chat_template.json")),
    endIds: config.endIds,
  });
  const graphBytes = await fetched.read(manifest.graph);
  const { runtime } = options;
  const graph = readGraph(id, graphBytes);
  const labels = config.labels.length > 0 ? config.labels : null;
  const architecture = architectureOf(id, graph, { vocabulary: config.vocabulary, labels: labels?.length ?? null });
  const files = { graph: graphBytes, external: await externalFiles(fetched, graph) };
  const head = architecture.kind === "causal" ? readHead(id, files) : null;
  const { graph: file, external, need, arithmetic } = formThatFits(id, graph, architecture, files, options);
  const states = head === null ? undefined : { hidden: head.hidden, layer: null };
  const spec = states === undefined ? architecture.spec : { ...architecture.spec, states };
  const whole = head === null ? file : appendStates(file, head);
  const session = await runtime.createSession(whole, spec, external, need.cacheBytes + need.logitBytes);
  const unembedding = async (): Promise<Unembedding> => {
    const again = { graph: await fetched.read(manifest.graph), external: await externalFiles(fetched, graph) };
    return readHead(id, again)!.unembedding();
  };
  const opened = { id, dtype, arithmetic, text, need, dispose: () => session.dispose() };
  try {
    return wrap(opened, architecture, config, session, states === undefined ? null : { states, unembedding });
  } catch (error) {
    await session.dispose();
    throw error;
  }
}

function wrap(
  opened: Opened,
  { kind, columns, memory }: Architecture,
  config: ModelConfig,
  session: Session,
  forHeads: { readonly states: StateSizes; readonly unembedding: () => Promise<Unembedding> } | null,
): HubModel {
  const { id, text } = opened;
  const { context } = config;
  if (kind === "classifier") {
    const { isMultiLabel } = config;
    // A repository that names no labels leaves them to the graph.
    const labels = config.labels.length > 0 ? config.labels : Array.from({ length: columns }, (_, i) => `LABEL_${i}`);
    // An empty text has no token where the tokenizer puts no mark around it, and a graph needs one.
    const encode = (content: string): number[] => {
      const ids = text.encodeWhole(content);
      return ids.length > 0 ? ids : [text.tokenizer.bosId];
    };
    return {
      ...opened,
      kind,
      model: new OnnxClassifier({ id, labels, isMultiLabel, context: Math.min(context, text.limit), encode }, session),
    };
  }
  const vocabulary = { id, tokens: text.tokens, columns, endIds: text.tokenizer.endIds };
  const vocabSize = usableSize(vocabulary);
  const facts = { id, context, vocabSize, memory };
  if (forHeads === null) return { ...opened, kind, vocabulary, model: new OnnxCausalModel(facts, session) };
  const { states, unembedding } = forHeads;
  return { ...opened, kind, vocabulary, unembedding, model: new OnnxCausalModel({ ...facts, states }, session) };
}

/** @throws RunError "model-corrupt" */
function readHead(id: string, { graph, external }: GraphFiles): VocabularyHead | null {
  try {
    return vocabularyHead(graph, external);
  } catch (error) {
    throw error instanceof RangeError ? invalidGraph(id, error) : error;
  }
}

/** Graphs name their weights without a folder; the repository has them beside the graph. */
async function externalFiles(fetched: FetchedModel, graph: Graph): Promise<ReadonlyMap<string, Uint8Array>> {
  const { manifest } = fetched;
  const folder = manifest.graph.slice(0, manifest.graph.lastIndexOf("/") + 1);
  const files = new Map<string, Uint8Array>();
  for (const path of graph.externalFiles) {
    if (!manifest.external.includes(folder + path)) {
      const message = `The weights of ${manifest.id} are in the file ${folder + path}, which is not there. Put it beside ${manifest.graph}, or choose another form or another repository.`;
      throw new RunError("model-missing", message, { id: manifest.id, file: path });
    }
    const bytes = await fetched.read(folder + path);
    const wanted = graph.externalBytes.get(path) ?? 0;
    if (bytes.byteLength < wanted) {
      const message = `${folder + path} of ${manifest.id} has ${bytes.byteLength} bytes, and its graph needs ${wanted}: the file was cut short. Download it again, then load the model.`;
      const details = { id: manifest.id, file: folder + path, bytes: bytes.byteLength, wanted };
      throw new RunError("model-corrupt", message, details);
    }
    files.set(path, bytes);
  }
  return files;
}

/** Repositories of 2024 keep the template in a JSON file of its own. */
function templateIn(file: unknown): unknown {
  return typeof file === "object" && file !== null && "chat_template" in file ? file.chat_template : null;
}

/** Null where there is no such file, or nothing in it. */
async function textFile(fetched: FetchedModel, path: string): Promise<string | null> {
  const text = fetched.has(path) ? new TextDecoder().decode(await fetched.read(path)) : "";
  return text.trim() === "" ? null : text;
}
