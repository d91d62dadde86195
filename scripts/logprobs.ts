/**
 * `npm run -s logprobs -- --model ID --ids '[1,2,3]' [--device cpu|wasm] [--models FOLDER]`
 *
 * ID is a bundled model, a folder such as `models/smollm2-135m-instruct`, a file that ends in .gguf, or an id of the Hub.
 * --policy means the same and takes no bundled model.
 * Prints one line of JSON: for a language model the log-probabilities of the next token over the whole vocabulary, for a
 * value model its values of the text as it stands, for a judge the scores of every ensemble member.
 */
import { logSoftmax } from "../src/core/logprobs.ts";
import { openOne } from "../src/engine/bundle/assemble.ts";
import type { CausalModel } from "../src/engine/interfaces.ts";
import type { Runtime } from "../src/engine/onnx/runtime.ts";
import { BadInput, BUNDLED, readDevice, readOptions, runCommand, startRuntime } from "./node/cli.ts";
import { diskFiles } from "./node/disk-files.ts";
import { isPolicyPlace, openPolicy } from "./node/open-policy.ts";
import { downloadLine } from "./node/progress-line.ts";

type Opened = Awaited<ReturnType<typeof openOne>>;

function readIds(text: string): number[] {
  let ids: unknown;
  try {
    ids = JSON.parse(text);
  } catch {
    throw new BadInput(`--ids ${text}: give a JSON list of token ids, such as '[1,2,3]'`);
  }
  if (!Array.isArray(ids) || ids.length === 0) throw new BadInput(`--ids ${text}: give at least one token id`);
  return ids as number[];
}

function checkIds(ids: readonly unknown[], model: string, size: number): void {
  for (const id of ids) {
    const isKnown = typeof id === "number" && Number.isInteger(id) && id >= 0 && id < size;
    if (!isKnown)
      throw new BadInput(`--ids: ${String(id)} is not a token id of ${model}, whose ids go from 0 to ${size - 1}`);
  }
}

/** `{objective: value}` in the card's order. */
function byObjective<T>({ card }: Opened, values: Iterable<T>): Record<string, T> {
  const list = [...values];
  return Object.fromEntries(card.objectives.map((objective, index) => [objective, list[index] as T]));
}

async function read(part: Opened, ids: readonly number[]): Promise<object> {
  if (part.kind === "value") return { values: byObjective(part, await part.model.valueOf(ids)) };
  if (part.kind === "reward") {
    const [scores = []] = await part.model.score([ids]);
    return {
      scores: byObjective(
        part,
        scores.map((members) => [...members]),
      ),
    };
  }
  return { logprobs: await logprobsOf(part.model, ids) };
}

async function logprobsOf(model: CausalModel, ids: readonly number[]): Promise<readonly number[]> {
  const batch = await model.open([ids]);
  const logprobs = [...logSoftmax(batch.logits(0))];
  batch.dispose();
  return logprobs;
}

async function readPolicy(runtime: Runtime, place: string, ids: readonly number[]): Promise<object> {
  const { backend, adapter, isSoftware, threads } = runtime;
  const device = { backend, adapter, isSoftware, threads, fallbackReason: null };
  const { policy } = await openPolicy(place, runtime, device, { onDownload: downloadLine() });
  checkIds(ids, policy.id, policy.vocabSize);
  return { model: policy.id, logprobs: await logprobsOf(policy, ids) };
}

async function readBundled(runtime: Runtime, folder: string, id: string, ids: readonly number[]): Promise<object> {
  const part = await openOne(runtime, diskFiles(folder), id);
  checkIds(ids, part.card.id, part.card.vocabulary.size);
  return { model: part.card.id, ...(await read(part, ids)) };
}

await runCommand("logprobs", async () => {
  const { model, policy, models = BUNDLED, ...options } = readOptions(["ids"], ["model", "policy", "device", "models"]);
  const device = readDevice(options.device);
  if (device === "webgpu") throw new BadInput("--device webgpu: logprobs runs in Node; choose cpu or wasm");
  const ids = readIds(options.ids);
  const name = model ?? policy;
  if (name === undefined || (model !== undefined && policy !== undefined))
    throw new BadInput("give either --model or --policy");
  const runtime = await startRuntime(device);
  const isBundled = policy === undefined && !isPolicyPlace(name);
  const found = await (isBundled ? readBundled(runtime, models, name, ids) : readPolicy(runtime, name, ids));
  console.log(JSON.stringify(found));
  await runtime.dispose();
});
