/** The rewards that a text can be read through: what is loaded, what the rail names, and what needs no model. */
import type { LensReward } from "../../core/lens/reading.ts";
import { JUDGES, type JudgeId } from "../../core/judges.ts";
import { PLAIN_TYPES } from "../../core/scorers/spec.ts";
import { sourceProblem } from "../../core/sources/parse.ts";
import { isTerm, POLICY, type SourceSpec } from "../../core/sources/spec.ts";
import type { Kind, PushId } from "../../core/types.ts";
import { objectivesOf, type SettingsData } from "../settings/settings-data.ts";
import { CONTRASTS } from "../settings/worlds.ts";

/** How a reward reads a text: a push a token, a value after each token, a score of beginnings, or of whole texts alone. */
export type LensWay = "push" | "value" | "prefix" | "whole";

export interface RewardChoice {
  readonly id: string;
  readonly way: LensWay;
  readonly reward: LensReward;
  /** What the rail weighs it by; null where it has no slider. */
  readonly pushId: PushId | null;
}

export interface RewardPlace {
  readonly settings: SettingsData;
  readonly kind: Kind;
  /** Whether the bundled models are here, or will be. */
  readonly hasObjectives: boolean;
}

/** Texts are read by one source at a time, so any id does for one that the rail does not have. */
const ONLY = "s1";

/** In the order of the list: rewards of tokens first. */
export function rewardChoices({ settings, kind, hasObjectives }: RewardPlace): readonly RewardChoice[] {
  const objectives = hasObjectives ? objectivesOf(kind) : [];
  const judge: JudgeId = settings.judge;
  const of = (type: "arm" | "value" | "judge" | "truth", way: LensWay): RewardChoice[] =>
    objectives.map((objective) => ({
      id: `${type} ${objective}`,
      way,
      reward: { type, objective },
      pushId: type === "truth" ? null : objective,
    }));
  const own = settings.sources
    .filter((source) => sourceProblem(source) === null)
    .map((source): RewardChoice => ({
      id: `source ${source.id}`,
      way: wayOf(source),
      reward: { type: "source", source },
      pushId: source.id,
    }));
  const named = new Set(settings.sources.map(({ name }) => name));
  const contrasts = hasObjectives ? [] : CONTRASTS.filter(({ name }) => !named.has(name));
  const presets = contrasts.map(({ name, better, worse }): RewardChoice => {
    const source: SourceSpec = { id: ONLY, name, type: "contrastive", model: POLICY, better, worse };
    return { id: `contrast ${name}`, way: "push", reward: { type: "source", source }, pushId: null };
  });
  const scorers = PLAIN_TYPES.map((type): RewardChoice => {
    const source: SourceSpec = { id: ONLY, name: type, type: "scorer", scorer: { type } };
    return { id: `scorer ${type}`, way: "prefix", reward: { type: "source", source }, pushId: null };
  });
  const judged = of("judge", "prefix").filter(
    ({ reward }) => reward.type === "judge" && JUDGES[judge].objectives.includes(reward.objective),
  );
  return [
    ...of("arm", "push"),
    ...own,
    ...presets,
    ...of("value", "value"),
    ...judged,
    ...of("truth", "prefix"),
    ...scorers,
  ];
}

function wayOf(source: SourceSpec): LensWay {
  if (isTerm(source)) return "push";
  if (source.type === "head") return source.kind === "value" ? "value" : "push";
  return source.type === "follow-up" || source.type === "average-logprob" ? "whole" : "prefix";
}

/** The weight of a reward over beta, as the rail has it; of one that the rail leaves at 0, of weight 1. */
export function railPush({ pushId }: RewardChoice, { weights, strength }: SettingsData): number {
  const weight = pushId === null ? 0 : (weights[pushId] ?? 0);
  return (weight === 0 ? 1 : weight) * (strength === 0 ? 1 : strength);
}
