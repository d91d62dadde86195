/** What the visitor sets for a sweep, and the plan that it becomes. Plain data: saved as JSON, checked on the way in. */
import * as v from "valibot";
import { MAX_POOL, MAX_SWEEP_RUNS, SWEEP_STRATEGIES, isRepeated, settingsOf, sizeOf } from "../../core/sweep.ts";
import type { SweepStrategy, SweepPlan, SweepSetting } from "../../core/sweep.ts";
import { OBJECTIVE_IDS, type ObjectiveId, type Weights } from "../../core/types.ts";
import presets from "../settings/presets.json" with { type: "json" };
import { planOfLanes, repeatable } from "./lanes-plan.ts";
import { KINDS, LIMITS, objectivesOf, type SettingsData } from "../settings/settings-data.ts";
import { activeWeights, betaOf, railSampling } from "../settings/to-request.ts";
import { unrankedInLanes, unrankedInSweep } from "../settings/unranked.ts";
import { promptsOf as presetsOf, type World, type Writing } from "../settings/worlds.ts";

/** "lanes" changes nothing: it repeats the lanes of the playground over prompts and seeds. */
const AXES = ["lanes", "weights", "strength", "n"] as const;
export type ValueAxis = Exclude<(typeof AXES)[number], "lanes">;

export const SWEEP_LIMITS = {
  seeds: { min: 1, max: 20, step: 1 },
  maxTokens: LIMITS.maxTokens,
  n: { min: 1, max: MAX_POOL, step: 1 },
  prompts: 40,
  values: 20,
} as const;

const text = v.pipe(v.string(), v.maxLength(20_000));
const schema = v.strictObject({
  version: v.literal(1),
  kind: v.picklist(KINDS),
  /** Presets that take part, by their text; typed prompts are one a line. */
  presets: v.array(text),
  typed: text,
  seeds: v.pipe(v.number(), v.integer(), v.minValue(SWEEP_LIMITS.seeds.min), v.maxValue(SWEEP_LIMITS.seeds.max)),
  maxTokens: v.pipe(v.number(), v.integer(), v.minValue(LIMITS.maxTokens.min), v.maxValue(LIMITS.maxTokens.max)),
  n: v.pipe(v.number(), v.integer(), v.minValue(SWEEP_LIMITS.n.min), v.maxValue(SWEEP_LIMITS.n.max)),
  strategies: v.array(v.picklist(SWEEP_STRATEGIES)),
  axis: v.picklist(AXES),
  a: v.picklist(OBJECTIVE_IDS),
  b: v.picklist(OBJECTIVE_IDS),
  /** Values of each axis as typed: numbers with commas between them. */
  values: v.strictObject({ weights: text, strength: text, n: text }),
});
export type SweepForm = v.InferOutput<typeof schema>;

/** In the chat world there is no objective to change, so a sweep repeats the lanes, over its own prompts. */
export function defaultForm(world: World = "laboratory"): SweepForm {
  if (world === "laboratory") return LABORATORY;
  const prompts = [...presetsOf("chat").slice(0, 2), ...presetsOf("base").slice(0, 2)];
  return { ...LABORATORY, kind: "advice", presets: prompts, maxTokens: 64, axis: "lanes" };
}

const LABORATORY: SweepForm = {
  version: 1,
  kind: "story",
  presets: presets.story.slice(0, 2),
  typed: "",
  seeds: 3,
  maxTokens: 96,
  n: 8,
  strategies: ["base", "genarm", "vas", "bon"],
  axis: "weights",
  a: "adventure",
  b: "dialogue",
  values: { weights: "0, 1, 2", strength: "0.5, 1, 2, 4", n: "1, 2, 4, 8, 16, 32" },
};

/** What can change in a sweep of these texts. */
export function axesOf(writing: Writing): readonly SweepForm["axis"][] {
  return writing === "chat" || writing === "base" ? ["lanes"] : AXES;
}

export function parseForm(json: string | null): SweepForm | null {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), json);
  return result.success ? result.output : null;
}

/** Why the lanes of the playground cannot be repeated. */
export type NoLanes = "chat-absent" | "only-branches";

/** Why a form is no plan; the words are the page's. */
export type NoPlan =
  | {
      readonly code: "no-prompt" | "no-strategy" | "same-objectives" | "no-value" | "all-zero" | "hub-models" | NoLanes;
    }
  | {
      readonly code: "too-many-prompts" | "too-many-values" | "too-many-runs";
      readonly count: number;
      readonly max: number;
    }
  | {
      readonly code: "not-a-number";
      readonly typed: string;
      readonly isWhole: boolean;
      readonly min: number;
      readonly max: number;
    }
  | { readonly code: "unranked"; readonly objectives: readonly ObjectiveId[] };

export type PlanReading =
  { readonly type: "plan"; readonly plan: SweepPlan } | { readonly type: "incomplete"; readonly why: NoPlan };

/**
 * Weights, strength, sampling, k, the judge and the first seed are those of the playground's rail.
 * @param writing what the models make of a prompt of the playground; repeated lanes take its prompts and its kind
 */
export function planOf(form: SweepForm, rail: SettingsData, writing: Writing = rail.kind): PlanReading {
  const prompts = promptsOf(form, form.axis === "lanes" ? writing : form.kind);
  if (prompts.length === 0) return incomplete({ code: "no-prompt" });
  if (prompts.length > SWEEP_LIMITS.prompts) {
    return incomplete({ code: "too-many-prompts", count: prompts.length, max: SWEEP_LIMITS.prompts });
  }
  const shared = {
    version: 1,
    prompts,
    seeds: Array.from({ length: form.seeds }, (_, i) => (rail.seed + i) % (LIMITS.seed.max + 1)),
    maxTokens: form.maxTokens,
    sampling: railSampling(rail),
    k: rail.k,
  } as const;
  if (form.axis === "lanes") {
    const plan = planOfLanes(shared, rail);
    if (plan === null) return incomplete({ code: "only-branches" });
    return checked(plan, writing === rail.kind ? unrankedInLanes({ ...rail, lanes: repeatable(rail) }) : []);
  }
  if (form.strategies.length === 0) return incomplete({ code: "no-strategy" });
  if (form.axis === "weights" && form.a === form.b) return incomplete({ code: "same-objectives" });
  const bounds = form.axis === "weights" ? LIMITS.weight : form.axis === "strength" ? LIMITS.strength : SWEEP_LIMITS.n;
  const values = parseValues(form.values[form.axis], bounds, form.axis === "n");
  if (!Array.isArray(values)) return incomplete(values);
  const fixed = activeWeights(rail.weights, form.kind);
  if (form.axis !== "weights" && Object.keys(fixed).length === 0) {
    return incomplete({ code: "all-zero" });
  }
  const waves = [gridOf(form, values, { weights: fixed, beta: betaOf(rail.strength) })];
  return checked({ ...shared, kind: form.kind, waves }, unrankedInSweep(waves.flat(), rail.judge));
}

function checked(plan: SweepPlan, unranked: readonly ObjectiveId[]): PlanReading {
  if (unranked.length > 0) return incomplete({ code: "unranked", objectives: unranked });
  const { runs } = sizeOf(plan);
  if (runs > MAX_SWEEP_RUNS) return incomplete({ code: "too-many-runs", count: runs, max: MAX_SWEEP_RUNS });
  return { type: "plan", plan };
}

/** Presets in their written order, then the typed lines; none twice. */
export function promptsOf(
  { presets: chosen, typed }: Pick<SweepForm, "presets" | "typed">,
  writing: Writing,
): string[] {
  const lines = typed.split("\n").map((line) => line.trim());
  const own = presetsOf(writing).filter((preset) => chosen.includes(preset));
  return [...new Set([...own, ...lines.filter((line) => line !== "")])];
}

/** The settings of one point of a plan, every strategy of the form; used by the grid and by points picked later. */
function settingsAt(strategies: readonly SweepStrategy[], weights: Weights, beta: number, n: number): SweepSetting[] {
  return strategies.map((strategy) => ({
    strategy,
    weights: strategy === "base" ? {} : weights,
    beta: strategy === "args" || strategy === "genarm" || strategy === "vas" || strategy === "soft-bon" ? beta : 0,
    n: strategy === "bon" || strategy === "soft-bon" || strategy === "blockwise" ? n : 0,
  }));
}

function gridOf(
  { axis, a, b, strategies, n }: SweepForm,
  values: readonly number[],
  fixed: { readonly weights: Weights; readonly beta: number },
): SweepSetting[] {
  const all = values.flatMap((value) => {
    if (axis === "strength") return settingsAt(strategies, fixed.weights, betaOf(value), n);
    if (axis === "n") return settingsAt(strategies, fixed.weights, fixed.beta, value);
    return values.flatMap((other) => settingsAt(strategies, weightsAt(a, b, value, other), fixed.beta, n));
  });
  return withoutRepeats(all);
}

export function weightsAt(a: SweepForm["a"], b: SweepForm["b"], x: number, y: number): Weights {
  return Object.fromEntries(OBJECTIVE_IDS.flatMap((id) => (id === a ? [[id, x]] : id === b ? [[id, y]] : [])));
}

/** What an axis does not touch appears once: plain sampling always, best-of-N along beta, GenARM along N. */
function withoutRepeats(settings: readonly SweepSetting[]): SweepSetting[] {
  const seen = new Map(settings.map((setting) => [settingKey(setting), setting]));
  return [...seen.values()];
}

/**
 * Every strategy of a plan at further weights, at the strength and N that it has; those that it holds already are left
 * out. Repeated lanes stay what they are.
 */
export function furtherSettings(plan: SweepPlan, weights: Weights): SweepSetting[] {
  if (isRepeated(plan)) return [];
  const settings = settingsOf(plan);
  const strategies = [...new Set(settings.map(({ strategy }) => strategy))].filter((strategy) => strategy !== "base");
  const beta = settings.find((own) => own.beta !== 0)?.beta ?? 0;
  const n = Math.max(0, ...settings.map((own) => own.n));
  const known = new Set(settings.map(settingKey));
  return settingsAt(strategies, weights, beta, n).filter((setting) => !known.has(settingKey(setting)));
}

/** JSON has no Infinity, which strength 0 needs. */
function settingKey({ strategy, weights, beta, n }: SweepSetting): string {
  return JSON.stringify([strategy, weights, String(beta), n]);
}

/** The numbers of a list, upwards and none twice, or what is wrong with it. */
export function parseValues(
  list: string,
  { min, max }: { readonly min: number; readonly max: number },
  isWhole: boolean,
): number[] | NoPlan {
  const parts = list.split(/[,;\s]+/).filter((part) => part !== "");
  const values = parts.map((part) => Number(part.replace("\u2212", "-")));
  const wrong = parts[values.findIndex((x) => !(x >= min && x <= max) || (isWhole && !Number.isInteger(x)))];
  if (wrong !== undefined) return { code: "not-a-number", typed: wrong, isWhole, min, max };
  if (values.length === 0) return { code: "no-value" };
  if (values.length > SWEEP_LIMITS.values)
    return { code: "too-many-values", count: values.length, max: SWEEP_LIMITS.values };
  return [...new Set(values)].toSorted((x, y) => x - y);
}

/** A form whose objectives and presets fit its kind. */
export function withKind(form: SweepForm, kind: SweepForm["kind"]): SweepForm {
  const [a, b] = objectivesOf(kind);
  if (a === undefined || b === undefined) return form;
  const own = kind === "story" ? { a: "adventure" as const, b: "dialogue" as const } : { a, b };
  return { ...form, kind, ...own, presets: presets[kind].slice(0, 2) };
}

function incomplete(why: NoPlan): PlanReading {
  return { type: "incomplete", why };
}
