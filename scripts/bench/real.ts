/**
 * SmolLM2-135M-Instruct from its GGUF file in the page, beside `generate()` of transformers.js on ONNX files of the same
 * shape: the files of the Hub cannot be fetched everywhere, and random weights take as long.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LaneRequest, RunRequest } from "../../src/core/types.ts";
import { CONTRASTS } from "../../src/state/settings/worlds.ts";
import type { LoadReport, ModelWish } from "../../workers/protocol.ts";
import { randomModel, SMOLLM2_135M } from "../../test/random-model.ts";
import { contrastSources } from "../examples/contrast-sources.ts";
import { openLab, type Lab } from "../lab/open.ts";
import { forwardsOnly } from "./counts.ts";
import { headSources, sixHeads } from "./heads.ts";
import { round, spread, type BenchRow } from "./report.ts";
import { median } from "./time.ts";

export const REAL_MODELS = "models";
export const REAL_MODEL = "smollm2-135m-instruct";
const TOKENS = 32;
const ROUNDS = 3;
const PEERS = ["generate-q4", "generate-fp32"] as const;
const RUNS = ["real-plain", "real-lanes4", "real-contrast", "real-heads6"] as const;
/** Lanes whose price beside plain is told. */
const STEERED = ["real-contrast", "real-heads6"] as const;

type Peer = (typeof PEERS)[number];
type RealName = (typeof RUNS)[number] | Peer;

/** Milliseconds a step, over which the lanes of a run advance together, reading the prompt included. */
export interface RealRow extends Omit<BenchRow, "name" | "ratioTo"> {
  readonly name: RealName;
  readonly ratioTo: RealName | null;
  /** Of the engine's heap: as the page announced it, and at the end. */
  readonly memory: { readonly announcedBytes: number; readonly usedBytes: number } | null;
}

/** Null where no real model is at hand. */
export async function measureReal(tell: (line: string) => void): Promise<RealRow[] | null> {
  const here = existsSync(REAL_MODELS) ? await readdir(REAL_MODELS) : [];
  if (!here.includes(REAL_MODEL)) return null;
  const models = await mkdtemp(join(tmpdir(), "tiller-peers-"));
  try {
    for (const dtype of ["q4", "fp32"] as const) await writePeer(join(models, `peer-${dtype}`), dtype);
    const lab = await openLab({ models, served: REAL_MODELS, entry: "bench.html", gpu: "best" });
    try {
      return await measure(lab, tell);
    } finally {
      await lab.close();
    }
  } finally {
    await rm(models, { recursive: true, force: true });
  }
}

async function measure(lab: Lab, tell: (line: string) => void): Promise<RealRow[]> {
  const { bytes: announcedBytes, report } = await loadReal(lab, "wasm");
  if (report.heads === undefined) throw new Error(`${REAL_MODEL} takes no heads`);
  await lab.useHeads(sixHeads(report.heads));
  const times = new Map<RealName, number[]>();
  const forwards = new Map<RealName, number>();
  let prompt: readonly number[] = [];
  // Two peers do not fit beside each other, so they take turns by rounds.
  for (const peer of PEERS) {
    await lab.page.evaluate(
      ([id, dtype]) => window.bench.loadPeer("wasm", id, dtype),
      peer === "generate-q4" ? (["peer-q4", "q4"] as const) : (["peer-fp32", "fp32"] as const),
    );
    for (let turn = 0; turn <= ROUNDS; turn += 1) {
      const found = new Map<RealName, number>();
      for (const name of RUNS) {
        const timed = await lab.page.evaluate((wanted) => window.bench.timeRun(wanted), requestOf(name, TOKENS));
        found.set(name, timed.ms / TOKENS);
        forwards.set(name, timed.forwards / TOKENS);
        prompt = timed.promptTokens;
      }
      const ms = await lab.page.evaluate(([ids, count]) => window.bench.timeGenerate(ids, count), [
        prompt,
        TOKENS,
      ] as const);
      found.set(peer, ms / TOKENS);
      // The first round warms up.
      if (turn > 0) for (const [name, value] of found) times.set(name, [...(times.get(name) ?? []), value]);
      tell(`real model: ${[...found].map(([name, value]) => `${name} ${value.toFixed(0)} ms`).join(", ")}`);
    }
  }
  const { heapBytes } = await lab.memory();
  return [...RUNS, ...PEERS].map((name) => {
    const ms = times.get(name) ?? [];
    const isCompared = isPeer(name) || STEERED.some((each) => each === name);
    return {
      name,
      backend: "wasm",
      ms: spread(ms),
      ratioTo: isCompared ? "real-plain" : null,
      ratio: isCompared ? round(ratioOf(times, name)) : null,
      counts: forwardsOnly(round(forwards.get(name) ?? 1)),
      memory: name === "real-plain" ? { announcedBytes, usedBytes: heapBytes ?? 0 } : null,
    };
  });
}

function isPeer(name: RealName): name is Peer {
  return PEERS.some((peer) => peer === name);
}

/** Its time over plain's in the rounds that they shared. */
function ratioOf(times: ReadonlyMap<RealName, readonly number[]>, name: RealName): number {
  const from = isPeer(name) ? PEERS.indexOf(name) * ROUNDS : 0;
  const plain = (times.get("real-plain") ?? []).slice(from);
  return median((times.get(name) ?? []).map((ms, i) => ms / (plain[i] ?? NaN)));
}

/** @returns the report, and the bytes that the page announces */
export async function loadReal(
  lab: Lab,
  backend: "wasm" | "webgpu",
): Promise<{ readonly report: LoadReport; readonly bytes: number }> {
  const address = { kind: "served", id: REAL_MODEL, base: `${lab.url}served/` } as const;
  const wish: ModelWish = { address, dtype: null };
  const report = await lab.load(backend, [wish]);
  return { report, bytes: report.lineup?.models[0]?.peakBytes ?? 0 };
}

/** Sampling as the page has it for chat models; the end of text is suppressed, so that every run is as long. */
export function requestOf(name: (typeof RUNS)[number], maxTokens: number, temperature = 0.7): RunRequest {
  const sampling = { plausible: 0.1, temperature, topK: 0, topP: 1, minP: 0 };
  const plain = (lane: string, own = sampling): LaneRequest => ({
    name: lane,
    strategy: { id: "base" },
    sampling: own,
  });
  const { sources, weights } = name === "real-heads6" ? headSources() : contrastSources([CONTRASTS[0]?.name ?? ""]);
  const guided: LaneRequest = { name: "guided", strategy: { id: "genarm", beta: 0.4, weights }, sampling };
  const lanes: Record<(typeof RUNS)[number], readonly LaneRequest[]> = {
    "real-plain": [plain("plain")],
    "real-lanes4": [0.6, 0.7, 0.8, 0.9].map((heat) => plain(`at ${heat}`, { ...sampling, temperature: heat })),
    "real-contrast": [guided],
    "real-heads6": [guided],
  };
  return {
    version: 1,
    kind: "advice",
    prompt: "How do I descale a kettle?",
    seed: 1,
    maxTokens,
    suppressEnd: true,
    ...(STEERED.some((each) => each === name) && { sources }),
    lanes: lanes[name],
  };
}

async function writePeer(folder: string, dtype: "q4" | "fp32"): Promise<void> {
  for (const { path, blob } of randomModel(SMOLLM2_135M, dtype)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), new Uint8Array(await blob.arrayBuffer()));
  }
}

export function realLines(rows: readonly RealRow[]): string[] {
  const lines = rows.map(({ name, ms, ratio, counts }) => {
    const beside = ratio === null ? `${counts.forwards.toFixed(1)} forwards` : `${ratio.toFixed(2)} times real-plain`;
    return `real model: ${name} ${ms?.median.toFixed(0) ?? "-"} ms a step, ${beside}`;
  });
  const { usedBytes = 0, announcedBytes = 0 } = rows[0]?.memory ?? {};
  const inMb = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return [...lines, `real model: ${inMb(usedBytes)} MB of heap, ${inMb(announcedBytes)} announced`];
}
