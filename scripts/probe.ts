/**
 * `npm run -s probe -- [--policy PLACE] [--judge judge|fallible] [--heads F.json,G.json] [--pairs F.jsonl] [--prompts F.txt]`
 *   `[--only TEXT,TEXT] [--seeds 2] [--tokens 48] [--ask yes|no] [--keep F.jsonl] [--out F.json] [--device cpu|wasm]`
 *
 * Probes rewards with pairs of texts of which it is known which one is better: a text against one for another prompt, and
 * against itself padded, repeated, shuffled or cut, and against all of these at once; the first against the second place by a
 * label; where the prompts have other words, the same under those and by the mean over them. In the laboratory also two texts
 * that the truth tells apart. Prints the
 * accuracy of every reward with its interval as a Markdown table. Without --policy the bundled models of the laboratory are
 * probed, with it a chat model: a folder, a GGUF file, or an id of the Hub. --pairs takes pairs from a file instead, a line
 * of JSON with prompt, chosen and rejected each, as a sweep saves them; --keep writes those that were made. --only names the
 * rewards to probe by parts of their names, such as "scorer,asked".
 */
import { readFile, writeFile } from "node:fs/promises";
import { readHead } from "../src/core/heads/head-file.ts";
import { CAREFUL_JUDGE, JUDGE_IDS, type JudgeId } from "../src/core/judges.ts";
import { accuracies, ordersOf } from "../src/core/probe/accuracy.ts";
import { pairsFrom, type ProbePair } from "../src/core/probe/pairs.ts";
import type { Verdict } from "../src/core/probe/verdict.ts";
import type { DeviceReport } from "../src/core/types.ts";
import { bundleWith, openBundle } from "../src/engine/bundle/assemble.ts";
import { withHeads } from "../src/engine/heads/loaded-head.ts";
import type { Models } from "../src/engine/interfaces.ts";
import type { Runtime } from "../src/engine/onnx/runtime.ts";
import { probeRewards } from "../src/engine/probe/probe-rewards.ts";
import { ratersOf, type Rater } from "../src/engine/probe/raters.ts";
import { probeMarkdown } from "../src/ui/words/probe-table.ts";
import { BadInput, BUNDLED, readDevice, readOptions, runCommand, startRuntime } from "./node/cli.ts";
import { diskFiles } from "./node/disk-files.ts";
import { openPolicy } from "./node/open-policy.ts";
import { readPairs } from "./probe/read-pairs.ts";
import { plainSamples } from "./probe/samples.ts";
import { usualSources } from "./probe/usual-sources.ts";

const OPTIONS = [
  "policy",
  "judge",
  "heads",
  "pairs",
  "prompts",
  "only",
  "seeds",
  "tokens",
  "ask",
  "keep",
  "out",
  "device",
] as const;

function whole(name: string, value: string | undefined, usual: number): number {
  const found = Number(value ?? usual);
  if (Number.isInteger(found) && found >= 1) return found;
  throw new BadInput(`--${name} ${value}: give a whole number from 1`);
}

async function textOf(name: string, file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => {
    throw new BadInput(`--${name} ${file}: there is no such file`);
  });
}

function judgeOf(value: string | undefined): JudgeId {
  const judge = JUDGE_IDS.find((id) => id === (value ?? CAREFUL_JUDGE));
  if (judge === undefined) throw new BadInput(`--judge ${value}: choose one of ${JUDGE_IDS.join(", ")}`);
  return judge;
}

async function headsFrom(files: string | undefined) {
  const names = (files ?? "").split(",").filter((file) => file !== "");
  return Promise.all(
    names.map(async (file) => {
      try {
        return readHead(JSON.parse(await textOf("heads", file)));
      } catch (error) {
        if (error instanceof BadInput) throw error;
        throw new BadInput(`--heads ${file}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
}

interface Wanted {
  readonly policy: string | undefined;
  readonly judge: JudgeId;
  readonly heads: Awaited<ReturnType<typeof headsFrom>>;
}

async function open(runtime: Runtime, device: DeviceReport, { policy, judge, heads }: Wanted): Promise<Models> {
  if (policy !== undefined) {
    const models = await openPolicy(policy, runtime, device);
    return heads.length === 0 ? models : withHeads(models, heads);
  }
  if (heads.length > 0) throw new BadInput("--heads reads the states of a chat model; give one with --policy");
  const { signal } = new AbortController();
  const options = { ids: bundleWith(judge), signal, onProgress: () => undefined };
  return (await openBundle(runtime, device, diskFiles(BUNDLED), options)).models;
}

async function verdictsOn(pairs: readonly ProbePair[], raters: readonly Rater[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let rater = "";
  for await (const each of probeRewards(pairs, raters, new AbortController().signal)) {
    if (each.rater !== rater) console.error(`${each.rater}: from pair ${each.done} of ${each.total}`);
    rater = each.rater;
    verdicts.push(...each.verdicts);
  }
  return verdicts;
}

await runCommand("probe", async () => {
  const options = readOptions([], OPTIONS);
  const deviceName = readDevice(options.device);
  if (deviceName === "webgpu") throw new BadInput("--device webgpu: probe runs in Node; choose cpu or wasm");
  const wanted = { policy: options.policy, judge: judgeOf(options.judge), heads: await headsFrom(options.heads) };
  if (options.ask !== undefined && options.ask !== "yes" && options.ask !== "no")
    throw new BadInput(`--ask ${options.ask}: choose yes or no`);
  const given = options.pairs === undefined ? null : readPairs(await textOf("pairs", options.pairs), options.pairs);
  const prompts = options.prompts === undefined ? null : linesOf(await textOf("prompts", options.prompts));
  const sizes = { seeds: whole("seeds", options.seeds, 2), maxTokens: whole("tokens", options.tokens, 48) };
  const runtime = await startRuntime(deviceName);
  const device = { backend: runtime.backend, adapter: "", isSoftware: false, threads: 1, fallbackReason: null };
  const isLab = wanted.policy === undefined;
  try {
    const models = await open(runtime, device, wanted);
    const onProgress = (done: number, total: number): void => {
      if (done === total || done % 10 === 0) console.error(`plain texts: ${done} of ${total}`);
    };
    const world = isLab ? "laboratory" : "chat";
    const pairs = given ?? pairsFrom(await plainSamples(models, { world, prompts, ...sizes, onProgress }));
    if (options.keep !== undefined)
      await writeFile(options.keep, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
    // The bundled models follow no instructions, so asking them is asked for.
    const asks = options.ask === undefined ? !isLab : options.ask === "yes";
    const raters = chosen(ratersOf({ models, isLab, sources: usualSources(models, isLab), asks }), options.only);
    const verdicts = await verdictsOn(pairs, raters);
    const found = accuracies(verdicts);
    const places = ordersOf(verdicts);
    if (options.out !== undefined) {
      const report = { version: 1, models: models.refs, pairs: pairs.length, accuracies: found, orders: places };
      await writeFile(options.out, `${JSON.stringify(report, null, 1)}\n`);
    }
    console.log(probeMarkdown(found, places));
  } finally {
    await runtime.dispose();
  }
});

function chosen(raters: readonly Rater[], only: string | undefined): readonly Rater[] {
  if (only === undefined) return raters;
  const wanted = only.split(",").map((part) => part.trim());
  const found = raters.filter(({ name }) => wanted.some((part) => part !== "" && name.includes(part)));
  if (found.length > 0) return found;
  throw new BadInput(
    `--only ${only}: no reward has such a name; there are ${raters.map(({ name }) => name).join(", ")}`,
  );
}

function linesOf(text: string): string[] {
  return text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
}
