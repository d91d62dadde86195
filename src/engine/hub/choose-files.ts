/** Which files of a repository make a model on this device. Exporters name them by how the weights are stored. */
import { RunError } from "../../core/errors.ts";
import type { Dtype, Obstacle } from "../../core/hub.ts";
import type { Backend } from "../../core/types.ts";
import { mergedDecoder } from "./architecture.ts";
import { ggufForms, isGguf, type Form } from "./gguf-forms.ts";
import type { RepoFile, RepoListing } from "./repo.ts";

/** What decides which forms run. */
export interface DeviceTraits {
  readonly backend: Backend;
  /** Whether shaders can compute in 16 bits. */
  readonly hasF16: boolean;
}

const SUFFIXES: readonly (readonly [Dtype, string])[] = [
  ["fp32", ""],
  ["fp16", "_fp16"],
  ["q4", "_q4"],
  ["q4f16", "_q4f16"],
  ["q8", "_quantized"],
];

/** Below this the smallest form saves nothing that anybody notices, and full precision is exact. */
const TINY_BYTES = 8 * 2 ** 20;

/** Text files beside the graph; the first two must be there. */
const COMPANIONS = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "generation_config.json",
  "chat_template.jinja",
  "chat_template.json",
  "special_tokens_map.json",
] as const;

export function formsOf(listing: RepoListing): readonly Form[] {
  const files = new Map(listing.files.map((file) => [file.path, file]));
  const graphs = SUFFIXES.flatMap(([dtype, suffix]) => {
    const graph = files.get(`onnx/model${suffix}.onnx`) ?? files.get(`model${suffix}.onnx`);
    if (graph === undefined) return [];
    const external = listing.files.filter(({ path }) => isExternal(path, graph.path));
    const bytes = [graph, ...external].reduce((sum, file) => sum + file.bytes, 0);
    return [{ dtype, graph, external, bytes }];
  });
  return graphs.length > 0 ? graphs : ggufForms(listing.files);
}

function isExternal(path: string, graph: string): boolean {
  return path.startsWith(`${graph}_data`) && /^(_\d+)?$/.test(path.slice(graph.length + "_data".length));
}

/** As the end of "because ...". */
const REASONS: Readonly<Record<Obstacle, string>> = {
  "q8-on-card": "its 8-bit arithmetic gives wrong numbers on graphics cards",
  "card-without-f16": "this graphics card cannot compute with 16-bit numbers",
  "f16-on-processor": "the processor has no fast 16-bit arithmetic",
};

/** Null where the form runs. */
export function obstacleTo(
  { dtype, path }: { readonly dtype: Dtype; readonly path: string },
  { backend, hasF16 }: DeviceTraits,
): Obstacle | null {
  // Weights of a GGUF file get a graph that suits the device.
  if (isGguf(path)) return null;
  if (dtype === "q8") return backend === "webgpu" ? "q8-on-card" : null;
  if (dtype !== "fp16" && dtype !== "q4f16") return null;
  if (backend !== "webgpu") return "f16-on-processor";
  return hasF16 ? null : "card-without-f16";
}

function obstacleOf({ dtype, graph: { path } }: Form, device: DeviceTraits): Obstacle | null {
  return obstacleTo({ dtype, path }, device);
}

function reasonAgainst(form: Form, device: DeviceTraits): string | null {
  const obstacle = obstacleOf(form, device);
  return obstacle === null ? null : REASONS[obstacle];
}

/** The form for a device: the wished one, or the smallest that keeps good numbers. */
export function chooseForm(listing: RepoListing, device: DeviceTraits, wish: Dtype | null = null): Form {
  const forms = formsOf(listing);
  if (forms.length === 0) {
    const merged = listing.files.find(({ path }) => /(^|\/)decoder_model_merged\w*\.onnx$/.test(path));
    if (merged !== undefined) throw mergedDecoder(listing.id, `it has ${merged.path} and no onnx/model.onnx`);
    if (listing.files.some(({ path }) => isGguf(path))) {
      const message = `${listing.id} holds GGUF files, but none with weights of type F32, F16, Q8_0, Q4_0, Q4_1 or Q6_K. Choose another repository of the model.`;
      throw new RunError("model-missing", message, { id: listing.id });
    }
    const message = `${listing.id} holds no ONNX graph (onnx/model.onnx or model_q4.onnx) and no GGUF file. Choose a repository exported for the browser; many have "onnx" in their name.`;
    throw new RunError("model-missing", message, { id: listing.id });
  }
  const runs = forms.filter((form) => obstacleOf(form, device) === null);
  const wished = wish === null ? null : runs.find(({ dtype }) => dtype === wish);
  if (wished === undefined) {
    const offered = forms.find(({ dtype }) => dtype === wish);
    const reason =
      offered === undefined ? "because it is not in the repository" : `because ${reasonAgainst(offered, device)}`;
    const others = runs.map(({ dtype }) => dtype).join(", ") || "none";
    const message = `${listing.id} cannot be loaded as ${wish} ${reason}. Forms that run here: ${others}.`;
    throw new RunError("model-missing", message, { id: listing.id, dtype: wish });
  }
  const best = wished ?? bestFirst(device, runs).find((form) => form !== undefined);
  if (best !== undefined) return best;
  const offered = forms.map((form) => `${form.dtype} (${reasonAgainst(form, device)})`).join("; ");
  throw new RunError("model-missing", `No form of ${listing.id} runs on this device: ${offered}.`, { id: listing.id });
}

/** Best first. */
function bestFirst(device: DeviceTraits, runs: readonly Form[]): (Form | undefined)[] {
  const form = (dtype: Dtype): Form | undefined => runs.find((candidate) => candidate.dtype === dtype);
  const full = form("fp32");
  const tiny = full !== undefined && full.bytes <= TINY_BYTES ? full : undefined;
  if (device.backend === "webgpu") return [tiny, form("q4f16"), form("q4"), form("q8"), form("fp16"), full];
  return [tiny, form("q4"), form("q8"), form("fp16"), full];
}

/** Every file to fetch for a form. */
export function filesFor(listing: RepoListing, form: Form): readonly RepoFile[] {
  // A GGUF file holds its tokenizer and its sizes.
  if (isGguf(form.graph.path)) return [form.graph];
  const companions = COMPANIONS.map((path) => listing.files.find((file) => file.path === path));
  for (const [index, file] of companions.slice(0, 2).entries()) {
    if (file !== undefined) continue;
    const message = `${listing.id} has no ${COMPANIONS[index]}, which says how it reads text. Choose another repository of the model.`;
    throw new RunError("model-missing", message, { id: listing.id, file: COMPANIONS[index] ?? null });
  }
  return [...companions.filter((file) => file !== undefined), form.graph, ...form.external];
}
