/** The shape of a trace in a file; `docs/trace.md` says what each number is. */
import * as v from "valibot";
import { LIMITS } from "../../core/limits.ts";
import { isSourceId, type SourceId } from "../../core/sources/spec.ts";
import { OBJECTIVE_IDS } from "../../core/types.ts";
import type { PerPush } from "../../core/types.ts";

/** JSON has no infinities and no NaN: files write them as words. */
export const real = v.union([v.number(), v.pipe(v.picklist(["Infinity", "-Infinity", "NaN"]), v.transform(Number))]);
const text = v.pipe(v.string(), v.maxLength(100_000));
const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const token = whole(10_000_000);
const objective = v.picklist(OBJECTIVE_IDS);
type Scores = Readonly<Record<SourceId, number | null>>;
const list = <T extends v.GenericSchema>(item: T, max: number) => v.pipe(v.array(item), v.maxLength(max));
/** Objects with keys among the objectives, any of them absent. */
const perObjective = <T extends v.GenericSchema>(item: T) => v.record(objective, item);

export const sourceId = v.pipe(
  v.string(),
  v.check(isSourceId, "no objective and no source"),
  v.transform((id) => id as SourceId),
);
/** Objects with keys among the objectives and sources. Which sources there are is the request's to say. */
const perPush = <T>(item: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.record(v.union([objective, sourceId]), item),
    v.transform((table): PerPush<T> => table as PerPush<T>),
  );

/** A number for each model. A folder may be called "prototype", a key that `v.record` would drop. */
const perModel = v.custom<Readonly<Record<string, number>>>(
  (table) =>
    typeof table === "object" &&
    table !== null &&
    !Array.isArray(table) &&
    Object.entries(table).every(([id, value]) => id.length <= 200 && typeof value === "number"),
  "not a number for each model",
);

const { lanes: MOST_LANES, n: MOST_SAMPLES, maxTokens: MAX_TOKENS } = LIMITS;
const TOP = 64;

const lane = whole(MOST_LANES - 1);
const sample = whole(MOST_SAMPLES - 1);

const top = v.pipe(
  v.strictObject({
    ids: list(token, TOP),
    texts: v.exactOptional(list(text, TOP)),
    base: list(real, TOP),
    guided: list(real, TOP),
    contributions: perPush(list(real, TOP)),
    sources: perPush(list(real, TOP)),
    tail: v.strictObject({ base: real, guided: real, plausible: v.exactOptional(real) }),
  }),
  v.check(
    ({ ids, texts, base, guided, contributions, sources }) =>
      [texts ?? ids, base, guided, ...Object.values(contributions), ...Object.values(sources)].every(
        (own) => own.length === ids.length,
      ),
    "lists of one step differ in length",
  ),
);

const rowStep = v.strictObject({
  lane,
  sample,
  position: whole(MAX_TOKENS - 1),
  token,
  text,
  logprob: real,
  baseLogprob: real,
  kl: real,
  klSteer: v.exactOptional(v.nullable(real)),
  entropy: real,
  logZ: real,
  contributions: perPush(real),
  plainToken: token,
  plainText: text,
  isForced: v.exactOptional(v.literal(true)),
  top: v.exactOptional(top),
});

const sampleResult = v.strictObject({
  lane,
  sample,
  tokens: list(token, MAX_TOKENS),
  text,
  finish: v.picklist(["eos", "length", "aborted", "dropped"]),
  truth: perObjective(v.nullable(real)),
  reward: perObjective(real),
  rewardMembers: perObjective(list(real, 64)),
  sources: v.exactOptional(
    v.pipe(
      v.record(sourceId, v.nullable(real)),
      v.transform((table): Scores => table as Scores),
    ),
  ),
  klSum: real,
  klSteer: v.exactOptional(v.nullable(real)),
  logprobSum: real,
  baseLogprobSum: real,
});

const klReport = v.variant("type", [
  v.strictObject({ type: v.literal("exact"), sum: real }),
  v.strictObject({ type: v.literal("best-of-n"), estimator: real, upperBound: real }),
]);

const laneResult = v.strictObject({
  lane,
  chosen: sample,
  scores: list(v.nullable(real), MOST_SAMPLES),
  softChoice: v.exactOptional(list(real, MOST_SAMPLES)),
  rejection: v.exactOptional(
    v.strictObject({
      at: whole(MAX_TOKENS),
      half: list(v.nullable(real), MOST_SAMPLES),
      end: list(v.nullable(real), MOST_SAMPLES),
      dropped: list(sample, MOST_SAMPLES),
      isStudy: v.boolean(),
      savedTokens: whole(MAX_TOKENS * MOST_SAMPLES),
    }),
  ),
  kl: klReport,
  klSteer: v.exactOptional(v.nullable(klReport)),
  klPerToken: real,
  basePerplexity: real,
  distinct: v.tuple([real, real, real]),
  length: whole(MAX_TOKENS),
  forwards: perModel,
  ms: real,
});

const blockChoice = v.strictObject({
  lane,
  block: whole(MAX_TOKENS),
  start: whole(MAX_TOKENS),
  candidates: v.pipe(
    list(v.strictObject({ text, tokens: whole(MAX_TOKENS), score: v.nullable(real) }), MOST_SAMPLES),
    v.minLength(1),
  ),
  chosen: sample,
});

const models = list(
  v.strictObject({ id: v.pipe(v.string(), v.maxLength(200)), sha256: v.pipe(v.string(), v.hash(["sha256"])) }),
  100,
);
const device = v.strictObject({
  backend: v.picklist(["webgpu", "wasm", "cpu"]),
  adapter: v.pipe(v.string(), v.maxLength(300)),
  isSoftware: v.boolean(),
  threads: whole(1024),
  fallbackReason: v.nullable(v.pipe(v.string(), v.maxLength(1000))),
});
const runId = v.pipe(v.string(), v.maxLength(200));

/** Requests and changes inside events are checked by the core, which knows how they hang together. */
const event = v.variant("type", [
  v.strictObject({
    type: v.literal("started"),
    runId,
    request: v.unknown(),
    models,
    device,
    promptTokens: list(token, MAX_TOKENS),
  }),
  v.strictObject({
    type: v.literal("step"),
    runId,
    // A lane that waits for its longest block takes more steps than its text has tokens.
    step: whole(MAX_TOKENS * MOST_SAMPLES),
    rows: list(rowStep, MOST_LANES * MOST_SAMPLES),
    ms: v.strictObject({
      policy: real,
      rewards: real,
      tail: real,
      models: v.exactOptional(perModel),
    }),
    forwards: v.number(),
  }),
  v.strictObject({ type: v.literal("block"), runId, choice: blockChoice }),
  v.strictObject({ type: v.literal("changed"), runId, change: v.unknown() }),
  v.strictObject({
    type: v.literal("moved"),
    runId,
    move: v.strictObject({
      token: whole(MAX_TOKENS),
      lane,
      weights: perPush(real),
      rewards: perPush(v.nullable(real)),
    }),
  }),
  v.strictObject({ type: v.literal("sample"), runId, result: sampleResult }),
  v.strictObject({
    type: v.literal("finished"),
    runId,
    lanes: list(laneResult, MOST_LANES),
    closeCalls: v.number(),
    reads: v.exactOptional(
      v.strictObject({
        cut: v.number(),
        whole: v.strictObject({
          "any-token": v.exactOptional(v.number()),
          "many-plausible": v.exactOptional(v.number()),
          opening: v.exactOptional(v.number()),
          "many-candidates": v.exactOptional(v.number()),
          "weighed-anew": v.exactOptional(v.number()),
          odd: v.exactOptional(v.number()),
        }),
      }),
    ),
    reason: v.picklist(["done", "aborted"]),
  }),
]);

export const traceSchema = v.strictObject({
  version: v.literal(1),
  request: v.unknown(),
  schedule: v.unknown(),
  models,
  device,
  events: list(event, 20_000),
});
export type RawTrace = v.InferOutput<typeof traceSchema>;
