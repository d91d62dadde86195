/** One judge in the place of another, on the tiny models: what is fetched, what is said of the texts, and the way back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JUDGES } from "../../../src/core/judges.ts";
import { judgedScore } from "../../../src/core/selection.ts";
import type {
  LaneRequest,
  LoadProgress,
  RunEvent,
  RunRequest,
  SampleResult,
  Weights,
} from "../../../src/core/types.ts";
import { exchangeJudge, type OpenedBundle } from "../../../src/engine/bundle/assemble.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import type { ModelFiles } from "../../../src/engine/bundle/model-files.ts";
import { diskFiles } from "../../../scripts/node/disk-files.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { fakeControl, PLAIN_SAMPLING } from "../../fakes.ts";
import { openTiny, TINY } from "../onnx/onnx-tiny.ts";

let runtime: Runtime;
let careful: OpenedBundle;
beforeAll(async () => {
  runtime = await wasmRuntime();
  careful = await openTiny(runtime);
});
afterAll(() => runtime.dispose());

const bestOf = (weights: Weights): LaneRequest => ({
  name: "best",
  strategy: { id: "bon", n: 8, beta: 1, weights, ensemble: "wco", lambda: 1 },
  sampling: PLAIN_SAMPLING,
});

async function run(models: Models, lanes: readonly LaneRequest[]): Promise<RunEvent[]> {
  const request: RunRequest = { version: 1, kind: "story", prompt: "Once", seed: 7, maxTokens: 6, lanes };
  const events: RunEvent[] = [];
  for await (const event of decode("run", request, models, fakeControl())) events.push(event);
  return events;
}

const samplesOf = (events: readonly RunEvent[]): SampleResult[] =>
  events.flatMap((event) => (event.type === "sample" ? [event.result] : []));

/** Five judges in place of the one; what was read on the way. */
async function exchange(bundle = careful, source: ModelFiles = diskFiles(TINY), signal = new AbortController().signal) {
  const read: string[] = [];
  const progress: LoadProgress[] = [];
  const watched: ModelFiles = {
    read: (path, options) => {
      read.push(path);
      return source.read(path, options);
    },
  };
  const onProgress = (each: LoadProgress): void => void progress.push(each);
  const opened = await exchangeJudge(runtime, watched, bundle, "fallible", { signal, onProgress });
  return { opened, read, progress };
}

const refused: ModelFiles = {
  read: (path, options) =>
    path.endsWith(".onnx") ? Promise.reject(new Error("no connection")) : diskFiles(TINY).read(path, options),
};

describe("five fallible judges", () => {
  test("are not taken where they do not arrive or the visitor cancels, and the careful judge judges on", async () => {
    await expect(exchange(careful, refused)).rejects.toThrow("no connection");
    const cancelled = new AbortController();
    cancelled.abort();
    await expect(exchange(careful, diskFiles(TINY), cancelled.signal)).rejects.toMatchObject({ code: "aborted" });
    const [sample] = samplesOf(await run(careful.models, [bestOf({ joy: 1 })]));
    expect(sample?.rewardMembers.joy).toHaveLength(1);
  });

  test("come alone, judge what they know, rank by their members, and make way again", async () => {
    const before = samplesOf(await run(careful.models, [bestOf({ adventure: 1 })]));
    const tensors = runtime.memory().tensors;
    const { opened, read, progress } = await exchange();
    expect(read).toEqual(["fallible/card.json", "fallible/onnx/model.onnx"]);
    expect(progress.at(-1)).toMatchObject({ phase: "ready", modelsDone: 1, modelsTotal: 1 });
    expect(progress.at(-1)?.loadedBytes).toBe(progress.at(-1)?.totalBytes);
    expect(opened.models.refs.map(({ id }) => id)).toEqual([
      ...careful.models.refs.map(({ id }) => id).slice(0, -1),
      "fallible",
    ]);
    expect(opened.models.judge?.objectives).toEqual(JUDGES.fallible.objectives);
    expect(opened.models.judge?.members).toBe(JUDGES.fallible.members);

    const events = await run(opened.models, [bestOf({ adventure: 1 })]);
    const samples = samplesOf(events);
    // The judge has no part in what is written.
    expect(samples.map(({ tokens }) => tokens)).toEqual(before.map(({ tokens }) => tokens));
    for (const { reward, rewardMembers } of samples) {
      expect(Object.keys(reward)).toEqual(["adventure"]);
      expect(rewardMembers.adventure).toHaveLength(5);
    }
    const end = events.at(-1);
    if (end?.type !== "finished") throw new Error("the run did not finish");
    const worst = samples.map(({ rewardMembers }) => Math.min(...(rewardMembers.adventure ?? [])));
    expect(end.lanes[0]?.scores).toEqual(worst);
    expect(end.lanes[0]?.chosen).toBe(worst.indexOf(Math.max(...worst)));
    for (const sample of samples) {
      expect(judgedScore({ joy: 1 }, { ensemble: "mean", lambda: 0 }, sample)).toBeNull();
      expect(judgedScore({ adventure: 1, joy: 1 }, { ensemble: "wco", lambda: 0 }, sample)).toBeNull();
    }
    const failed = await run(opened.models, [bestOf({ adventure: 1, joy: 0.5 })]);
    expect(failed).toMatchObject([{ type: "failed", error: { code: "unknown-objective" } }]);

    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    careful = await exchangeJudge(runtime, diskFiles(TINY), opened, "judge", options);
    expect(samplesOf(await run(careful.models, [bestOf({ adventure: 1 })]))).toEqual(before);
    expect(runtime.memory().tensors).toBe(tensors);
  });
});
