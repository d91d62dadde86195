/** A GGUF model on the card: the likeliest tokens are cut out there, and say what whole logits say on the processor. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { headSources, sixHeads } from "../../scripts/bench/heads.ts";
import { openLab, type Lab } from "../../scripts/lab/open.ts";
import type { LaneRequest, RowStep, RunEvent, RunRequest, Sampling } from "../../src/core/types.ts";
import { tinyGguf } from "../engine/gguf/tiny-gguf.ts";
import { holdRuntime } from "./beside-runtime.ts";

/** 64 ids, 64 logits and four numbers. */
const CUT_BYTES = 528;
/** 64 logits and five numbers of one of the two rows that a contrast reads. */
const BESIDE_BYTES = 276;
/** What a row may bring back a step. */
const MOST_BYTES = 4000;
const TOKENS = 3;

let home: string;
let lab: Lab;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tiller-cut-"));
  await mkdir(join(home, "tiny"));
  const shape = { architecture: "llama", table: "Q8_0", isTied: true, type: "Q4_1", unused: 4000 } as const;
  await writeFile(join(home, "tiny", "tiny.Q4_1.gguf"), tinyGguf(shape));
  lab = await openLab({ models: "test/fixtures/tiny", served: home, gpu: "software" });
  await holdRuntime(lab.page);
}, 240_000);
afterAll(async () => {
  await lab.close();
  await rm(home, { recursive: true });
});

/** @returns numbers of a state */
async function load(backend: "wasm" | "webgpu"): Promise<number> {
  await lab.restart();
  const address = { kind: "served", id: "tiny", base: `${lab.url}served/` } as const;
  const { device, heads } = await lab.load(backend, [{ address, dtype: null }]);
  expect(device).toMatchObject({ backend });
  if (heads === undefined) throw new Error("the model takes no heads");
  await lab.useHeads(sixHeads(heads));
  return heads.hidden;
}

/** A random model is unsure: few of its tokens are as likely as this. */
const SAMPLING: Sampling = { plausible: 0.7, temperature: 0.9, topK: 0, topP: 1, minP: 0 };

function requestOf(lanes: readonly Pick<LaneRequest, "strategy" | "sampling">[]): RunRequest {
  return {
    version: 1,
    kind: "advice",
    prompt: "How?",
    seed: 4,
    maxTokens: TOKENS,
    sources: [{ id: "s1", name: "kind", type: "contrastive", model: "policy", better: "Be kind.", worse: "Be rude." }],
    lanes: lanes.map((own, i) => ({ name: `lane ${i}`, ...own })),
  };
}

const PLAIN = requestOf([
  { strategy: { id: "base" }, sampling: SAMPLING },
  { strategy: { id: "base" }, sampling: { ...SAMPLING, temperature: 1.3, topP: 0.9 } },
]);
const STEERED: RunRequest = {
  ...requestOf([{ strategy: { id: "genarm", beta: 1, weights: { s1: 1 } }, sampling: SAMPLING }]),
  suppressEnd: true,
};
const { sources: HEADS, weights: WEIGHTS } = headSources();
const UNDER_HEADS: RunRequest = {
  ...requestOf([{ strategy: { id: "genarm", beta: 1, weights: WEIGHTS }, sampling: SAMPLING }]),
  sources: HEADS,
  suppressEnd: true,
};
const scoresOf = (events: readonly RunEvent[]): readonly number[] =>
  events.flatMap((event) => (event.type === "sample" ? Object.values(event.result.sources ?? {}).map(Number) : []));

const stepsOf = (events: readonly RunEvent[]): readonly RowStep[] =>
  events.flatMap((event) => (event.type === "step" ? event.rows : []));

function numbersOf({
  logprob,
  baseLogprob,
  kl,
  klSteer,
  entropy,
  logZ,
  contributions,
  top,
}: RowStep): readonly number[] {
  const shown = top === undefined ? [] : [...top.base, top.tail.base, top.tail.guided, top.tail.plausible ?? 0];
  const pushes = [contributions, top?.contributions ?? {}, top?.sources ?? {}].flatMap((own) =>
    Object.values(own).flat(),
  );
  return [logprob, baseLogprob, kl, klSteer ?? -1, entropy, logZ, ...shown, ...pushes];
}

function expectAlike(found: readonly RowStep[], expected: readonly RowStep[]): void {
  expect(found.map(({ token, top }) => [token, top?.ids])).toEqual(expected.map(({ token, top }) => [token, top?.ids]));
  const apart = found.flatMap((step, i) => {
    const other = numbersOf(expected[i]!);
    return numbersOf(step).map((value, n) => (value === other[n] ? 0 : Math.abs(value - other[n]!)));
  });
  expect(Math.max(...apart)).toBeLessThan(1e-4);
}

const readsOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === "finished" ? event.reads : []))[0];

test("a row brings half a kilobyte back a step, a contrast one, heads the last state, and all say what the processor says", async () => {
  const requests = [PLAIN, STEERED, UNDER_HEADS];
  const hidden = await load("wasm");
  const expected: (readonly RunEvent[])[] = [];
  for (const request of requests) expected.push(await lab.runWithSteps(request));
  await load("webgpu");
  const found: (readonly RunEvent[])[] = [];
  const bytes: number[] = [];
  for (const request of requests) {
    const before = (await lab.askGpu("counts")).bytesRead;
    found.push(await lab.runWithSteps(request));
    bytes.push((await lab.askGpu("counts")).bytesRead - before);
  }
  for (const [i, events] of found.entries()) {
    expectAlike(stepsOf(events), stepsOf(expected[i]!));
    for (const [s, score] of scoresOf(events).entries()) expect(score).toBeCloseTo(scoresOf(expected[i]!)[s]!, 4);
  }
  expect(found.map((events) => scoresOf(events).length)).toEqual([0, 1, 6]);
  const [plain = 0, steered = 0, headed = 0] = bytes;
  // Rows that still have one text are one row of work.
  expect(plain % CUT_BYTES).toBe(0);
  expect(plain).toBeGreaterThanOrEqual(TOKENS * CUT_BYTES);
  expect(plain).toBeLessThanOrEqual(2 * TOKENS * CUT_BYTES);
  // At the end each side of the contrast reads the whole text again.
  expect(steered).toBe(TOKENS * (CUT_BYTES + 4 * BESIDE_BYTES));
  // The middle state stays there. At the end those of the whole text come once, for six heads.
  expect(headed).toBe(TOKENS * (CUT_BYTES + 4 * hidden) + (TOKENS + 1) * 4 * hidden);
  expect(Math.max(plain, steered) / TOKENS).toBeLessThan(MOST_BYTES);
  expect(found.map(readsOf)).toEqual([
    { cut: 2 * TOKENS, whole: {} },
    { cut: TOKENS, whole: {} },
    { cut: TOKENS, whole: {} },
  ]);
}, 300_000);
