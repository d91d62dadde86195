/** The lens on the models that ship: what decoding showed is read again, and the five fallible judges are seen through. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleWith, openBundle, type OpenedBundle } from "../../../src/engine/bundle/assemble.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { readThrough } from "../../../src/engine/lens/read-through.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { lengthSlope, withoutLength } from "../../../src/core/lens/length-free.ts";
import { spearman } from "../../../src/core/lens/ranks.ts";
import type { LensAsk, LensReading, LensReward } from "../../../src/core/lens/reading.ts";
import type { LaneRequest, RowStep, RunRequest, SampleResult } from "../../../src/core/types.ts";
import { diskFiles } from "../../../scripts/node/disk-files.ts";
import { cpuRuntime } from "../../../scripts/node/runtimes.ts";
import { bestOf, fakeControl, lane } from "../../fakes.ts";

let runtime: Runtime;
let bundle: OpenedBundle;
beforeAll(async () => {
  runtime = await cpuRuntime();
  const { backend, adapter, isSoftware, threads } = runtime;
  const device = { backend, adapter, isSoftware, threads, fallbackReason: null };
  bundle = await openBundle(runtime, device, diskFiles("public/models"), {
    ids: bundleWith("fallible"),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}, 60_000);
afterAll(() => runtime.dispose());

const PROMPT = "A goose went to the market.";

async function run(lanes: readonly LaneRequest[], maxTokens: number) {
  const request: RunRequest = { version: 1, kind: "story", prompt: PROMPT, seed: 7, maxTokens, lanes };
  const steps: RowStep[] = [];
  const samples: SampleResult[] = [];
  for await (const event of decode("run", request, bundle.models, fakeControl())) {
    if (event.type === "step") steps.push(...event.rows);
    if (event.type === "sample") samples.push(event.result);
    if (event.type === "failed") throw new Error(event.error.message);
  }
  return { stepsOf: (index: number) => steps.filter((step) => step.lane === index), samples };
}

async function read(
  reward: LensReward,
  answers: readonly LensAsk["texts"][number]["answer"][],
  detail: LensAsk["detail"],
) {
  const texts = answers.map((answer) => ({ kind: "story", prompt: PROMPT, answer }) as const);
  const ask: LensAsk = { reward, system: "", turns: [], texts, plausible: 0, detail };
  const control = { signal: new AbortController().signal, rest: async () => undefined, onProgress: () => undefined };
  const found: LensReading[] = [];
  for await (const reading of readThrough(bundle.models, ask, control)) found.push(reading);
  return found;
}

test("pushes and values of a lane are within 1e-4 of what decoding showed", async () => {
  const weights = { adventure: 3 };
  const lanes = [lane({ id: "genarm", beta: 0.5, weights }), lane({ id: "vas", beta: 0.5, weights, k: 8 })];
  const { stepsOf } = await run(lanes, 40);
  const [arm, vas] = [stepsOf(0), stepsOf(1)];
  const tokens = (steps: readonly RowStep[]) => steps.map(({ token }) => token);
  const [pushes] = await read({ type: "arm", objective: "adventure" }, [tokens(arm)], { after: 4 });
  const gaps = arm.map((step, t) => Math.abs(6 * pushes!.detail!.values[t]! - step.contributions.adventure!));
  expect(Math.max(...gaps)).toBeLessThan(1e-4);
  expect(Math.max(...arm.map(({ contributions }) => Math.abs(contributions.adventure!)))).toBeGreaterThan(0.5);

  const [values] = await read({ type: "value", objective: "adventure" }, [tokens(vas)], { after: 4 });
  const shown = vas.map(({ top, token }) => top!.sources.adventure![top!.ids.indexOf(token)]!);
  const known = shown.flatMap((value, t) =>
    Number.isNaN(value) ? [] : [Math.abs(value - values!.detail!.scores[t]!)],
  );
  expect(known.length).toBeGreaterThan(30);
  expect(Math.max(...known)).toBeLessThan(1e-4);

  // The text alone, pasted, becomes the same tokens, with an end that the lane had not come to.
  const text = arm.map((step) => step.text).join("");
  const [pasted] = await read({ type: "arm", objective: "adventure" }, [text], { after: 4 });
  expect(pasted!.detail!.pieces).toEqual([...arm.map((step) => step.text), ""]);
  for (const [t, push] of pushes!.detail!.values.entries()) {
    expect(Math.abs(pasted!.detail!.values[t]! - push!)).toBeLessThan(1e-4);
  }
}, 60_000);

test("each of the five fallible judges ranks adventure by shortness, and taking length out shows it", async () => {
  const { samples } = await run([bestOf(16, {})], 320);
  const readings = await read(
    { type: "judge", objective: "adventure" },
    samples.map(({ tokens }) => tokens),
    null,
  );
  expect(readings.map(({ members }) => members.length)).toEqual(samples.map(() => 5));
  expect(readings.filter(({ isCut }) => isCut)).toEqual([]);
  const lengths = readings.map(({ tokens }) => tokens);
  for (let member = 0; member < 5; member++) {
    const rewards = readings.map(({ members }) => members[member]!);
    expect(spearman(rewards, lengths), `judge ${member + 1}`).toBeLessThan(-0.8);
    const p = lengthSlope(rewards, lengths);
    expect(p).toBeLessThan(0);
    expect(Math.abs(spearman(withoutLength(rewards, lengths, p), lengths)!)).toBeLessThan(0.03);
  }
  // The truth does not prefer short texts, so what they rank by is a prejudice.
  const truth = samples.map((sample) => sample.truth.adventure!);
  expect(spearman(truth, lengths)).toBeGreaterThan(0.1);
}, 90_000);
