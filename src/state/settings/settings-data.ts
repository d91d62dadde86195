/** What the visitor can set, its bounds, and its defaults. Plain data: saved as JSON, checked by `parseSettings`. */
import * as v from "valibot";
import { BLOCK_READERS } from "../../core/blocks/spec.ts";
import { STEP_RULES } from "../../core/blocks/step-rewards.ts";
import defaults from "../../core/defaults.json" with { type: "json" };
import { CAREFUL_JUDGE, JUDGE_IDS } from "../../core/judges.ts";
import { LARGEST_WEIGHT } from "../../core/price.ts";
import { LIMITS as REQUEST_LIMITS } from "../../core/limits.ts";
import { roundUp } from "../../core/rounding.ts";
import { WAYS } from "../../core/combine/way.ts";
import { isObjective, sourceIds } from "../../core/push-ids.ts";
import { parseSources } from "../../core/sources/parse.ts";
import { isSourceId, type SourceId, type SourceSpec } from "../../core/sources/spec.ts";
import { OBJECTIVES_OF_KIND, type Kind, type ObjectiveId } from "../../core/types.ts";
import presets from "./presets.json" with { type: "json" };
import { combineSchema, defaultCombine } from "./combine-data.ts";
import { defaultGate, gateSchema, personaSchema, PERSONA_LIMITS } from "./persona-data.ts";
import { readJson } from "./untrusted.ts";

export const STRATEGY_IDS = ["base", "genarm", "vas", "bon", "soft-bon", "oracle-bon", "blockwise", "args"] as const;
export const TRUNCATIONS = ["none", "top-k", "top-p", "min-p"] as const;
export const KINDS = ["story", "advice"] as const satisfies readonly Kind[];
export type Truncation = (typeof TRUNCATIONS)[number];

export const MAX_LANES = 6;
/** Characters of a lane's own name. */
export const MAX_NAME = 40;
/** Inclusive bounds and the step of every numeric control; `strength` is 1/beta, `seed` a 32-bit number. */
export const LIMITS = {
  /** What any weight may be; `sliderOf` says where an objective's slider ends. */
  weight: { min: -defaults.weightMax, max: defaults.weightMax, step: 0.1 },
  /** Of a source without training, as it can be typed: nobody brought its scale near 1. */
  sourceWeight: { min: -LARGEST_WEIGHT, max: LARGEST_WEIGHT, step: 0.0001 },
  strength: { min: 0, max: 6, step: 0.1 },
  plausible: { min: 0, max: 0.5, step: 0.01 },
  temperature: { min: 0, max: 2, step: 0.05 },
  topK: { min: 1, max: 200, step: 1 },
  topP: { min: 0.05, max: 1, step: 0.01 },
  minP: { min: 0, max: 0.5, step: 0.01 },
  maxTokens: { min: 8, max: 240, step: 4 },
  n: { min: 2, max: 32, step: 1 },
  k: { min: 2, max: 32, step: 1 },
  seed: { min: 0, max: 0xffffffff, step: 1 },
  lambda: { min: 0, max: 4, step: 0.1 },
  rejectShare: { min: 0.1, max: 0.9, step: 0.05 },
  eta: { min: -5, max: 5, step: 0.05 },
  blockK: { min: 1, max: 16, step: 1 },
  blockTokens: { min: 1, max: 64, step: 1 },
} as const;
/** A length as it can be typed: the slider goes by four tokens, a person may want 70. */
export const TYPED_LENGTH = { ...LIMITS.maxTokens, step: 1 } as const;
export type LimitName = keyof typeof LIMITS;
export type Bounds = Readonly<Record<"min" | "max" | "step", number>>;

/**
 * A slider ends where its objective's truth has risen most at a fair price: no more than 6 nats, and form kept
 * (docs/models.md). A reward model that pushes weakly therefore has a longer slider.
 */
export function sliderOf(id: ObjectiveId): Bounds {
  const end = defaults.fullWeight[id];
  return { min: -end, max: end, step: LIMITS.weight.step };
}

/** Where a slider ends until it is known where the text falls apart: about four times a weight costs sixteen times as much. */
export function provisionalEnd(found: number): number {
  return found <= 0 ? LIMITS.sourceWeight.max : Math.min(LIMITS.sourceWeight.max, roundUp(4 * found));
}

/**
 * A source's slider ends where a probe saw the text fall apart, and has a hundred steps to either side. One without such an
 * end has the whole range, and so has one whose weight is larger: a weight that the visitor set is never moved.
 */
export function sourceSliderOf(found: number | null, weight: number): Bounds {
  const { max } = LIMITS.sourceWeight;
  const end = found ?? max;
  const reach = Math.abs(weight) > end ? max : end;
  return { min: -reach, max: reach, step: reach / 100 };
}

const within = (name: LimitName) =>
  v.pipe(v.number(), v.finite(), v.minValue(LIMITS[name].min), v.maxValue(LIMITS[name].max));
const integer = (name: LimitName) => v.pipe(within(name), v.integer());
export type AllWeights = Readonly<Record<ObjectiveId, number> & Record<SourceId, number>>;
/** Every objective, and the sources that have a weight. */
const weights = v.pipe(
  v.objectWithRest(
    {
      joy: within("weight"),
      adventure: within("weight"),
      dialogue: within("weight"),
      detail: within("weight"),
      helpful: within("weight"),
      cautious: within("weight"),
    },
    within("weight"),
  ),
  v.check((all) => Object.keys(all).every((id) => isObjective(id) || isSourceId(id)), "no objective and no source"),
  v.transform((all): AllWeights => all),
);

const ends = v.pipe(
  v.record(v.string(), v.pipe(within("sourceWeight"), v.gtValue(0))),
  v.check((all) => Object.keys(all).every(isSourceId), "no source"),
  v.transform((all): Readonly<Record<SourceId, number>> => all),
);

/** As the core checks them; a text may be empty while it is being written. */
const sources = v.pipe(
  v.array(v.unknown()),
  v.rawTransform(({ dataset, addIssue, NEVER }): readonly SourceSpec[] => {
    try {
      return parseSources(dataset.value, "sources");
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : "not a source" });
      return NEVER;
    }
  }),
);

const lane = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9]{1,12}$/)),
  /** Empty means the name that the strategy gives. */
  name: v.pipe(v.string(), v.maxLength(MAX_NAME)),
  strategy: v.picklist(STRATEGY_IDS),
  /** A lane's own settings; null follows the rail. */
  strength: v.nullable(within("strength")),
  temperature: v.nullable(within("temperature")),
  n: v.nullable(integer("n")),
  k: v.nullable(integer("k")),
  weights: v.nullable(weights),
  ensemble: v.picklist(["mean", "wco", "uwo", "robust"]),
  /** Of "uwo"; of "robust" at most 1 of it counts. */
  lambda: within("lambda"),
  /** A way of its own to combine wishes; null follows the rail. Absent in settings saved before. */
  combine: v.optional(v.nullable(v.picklist(WAYS)), null),
  /** Of a blockwise lane; absent where it is `FIRST_PLAN`. */
  blocks: v.exactOptional(
    v.strictObject({
      k: integer("blockK"),
      block: v.union([v.literal("sentence"), integer("blockTokens")]),
      by: v.picklist(BLOCK_READERS),
      steps: v.exactOptional(v.strictObject({ rule: v.picklist(STEP_RULES), eta: within("eta") })),
    }),
  ),
  /** Of a best-of-N lane that drops texts early; absent or null where it does not. */
  reject: v.exactOptional(v.nullable(v.strictObject({ share: within("rejectShare"), isStudy: v.boolean() }))),
  /** A branch: response tokens that the lane begins with, and how they read. Absent in settings saved before. */
  opening: v.optional(
    v.nullable(
      v.strictObject({
        tokens: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.maxLength(LIMITS.maxTokens.max)),
        text: v.pipe(v.string(), v.maxLength(4000)),
      }),
    ),
    null,
  ),
});

const turnText = v.pipe(v.string(), v.maxLength(REQUEST_LIMITS.promptCharacters));

const schema = v.strictObject({
  version: v.literal(1),
  kind: v.picklist(KINDS),
  prompts: v.strictObject({ story: v.string(), advice: v.string() }),
  /** What a chat model is told first, and the conversation before the prompt. Absent in settings saved before. */
  system: v.optional(v.pipe(v.string(), v.maxLength(REQUEST_LIMITS.systemCharacters)), ""),
  turns: v.optional(
    v.pipe(v.array(v.strictObject({ prompt: turnText, answer: turnText })), v.maxLength(REQUEST_LIMITS.turns)),
    [],
  ),
  /** Rewards without training. Absent in settings saved before. */
  sources: v.optional(sources, []),
  weights,
  /** How wishes become one score. Absent in settings saved before. */
  combine: v.optional(combineSchema, defaultCombine()),
  /** Weights under names that the visitor keeps. Absent in settings saved before. */
  personas: v.optional(v.pipe(v.array(personaSchema), v.maxLength(PERSONA_LIMITS.own)), []),
  /** Whether the prompt chooses the weights. Absent in settings saved before. */
  gate: v.optional(gateSchema, defaultGate()),
  /** Where sources' sliders end, as a probe found it. Absent in settings saved before. */
  ends: v.optional(ends, {}),
  strength: within("strength"),
  /** Absent in settings saved before. */
  plausible: v.optional(within("plausible"), 0),
  temperature: within("temperature"),
  truncation: v.picklist(TRUNCATIONS),
  topK: integer("topK"),
  topP: within("topP"),
  minP: within("minP"),
  maxTokens: integer("maxTokens"),
  n: integer("n"),
  k: integer("k"),
  seed: integer("seed"),
  seedLocked: v.boolean(),
  lanes: v.pipe(v.array(lane), v.minLength(1), v.maxLength(MAX_LANES)),
  /** Which of the bundled judges scores and ranks. Absent in settings saved before. */
  judge: v.optional(v.picklist(JUDGE_IDS), CAREFUL_JUDGE),
});

export type SettingsData = v.InferOutput<typeof schema>;
export type LaneSettings = v.InferOutput<typeof lane>;

/** The settings in `json`, or null when it is not JSON, has an unknown key, or a value out of bounds. */
export function parseSettings(json: string): SettingsData | null {
  const reading = readJson(json);
  return reading.type === "json" ? checkSettings(reading.value) : null;
}

/** The same for what is parsed already. */
export function checkSettings(raw: unknown): SettingsData | null {
  const result = v.safeParse(schema, raw);
  if (!result.success || !hasDistinctIds(result.output.lanes)) return null;
  const { weights, lanes, sources } = result.output;
  const weighed = [weights, ...lanes.map((each) => each.weights ?? {})].flatMap(sourceIds);
  return weighed.every((id) => sources.some((spec) => spec.id === id)) ? result.output : null;
}

function hasDistinctIds(lanes: readonly LaneSettings[]): boolean {
  return new Set(lanes.map((each) => each.id)).size === lanes.length;
}

export function noWeights(): AllWeights {
  return { joy: 0, adventure: 0, dialogue: 0, detail: 0, helpful: 0, cautious: 0 };
}

export function objectivesOf(kind: Kind): readonly ObjectiveId[] {
  return OBJECTIVES_OF_KIND[kind];
}

export function newLane(id: string, strategy: LaneSettings["strategy"]): LaneSettings {
  return {
    id,
    name: "",
    strategy,
    strength: null,
    temperature: null,
    n: null,
    k: null,
    weights: null,
    ensemble: "mean",
    lambda: 1,
    combine: null,
    opening: null,
  };
}

export function defaultSettings(): SettingsData {
  return {
    version: 1,
    kind: "story",
    prompts: { story: presets.story[0] ?? "", advice: presets.advice[0] ?? "" },
    system: "",
    turns: [],
    sources: [],
    weights: { ...noWeights(), adventure: defaults.fullWeight.adventure, helpful: defaults.fullWeight.helpful },
    combine: defaultCombine(),
    personas: [],
    gate: defaultGate(),
    ends: {},
    strength: 1 / defaults.beta,
    plausible: defaults.plausible,
    temperature: defaults.temperature,
    truncation: "none",
    topK: 40,
    topP: 0.95,
    minP: 0.05,
    maxTokens: defaults.maxTokens,
    n: defaults.n,
    k: defaults.k,
    seed: defaults.seed,
    seedLocked: true,
    lanes: [newLane("a", "base"), newLane("b", "genarm"), newLane("c", "vas"), newLane("d", "bon")],
    judge: CAREFUL_JUDGE,
  };
}
