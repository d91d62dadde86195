/** By what the texts of a sweep are compared: the truth, the judge, or a source, of one objective or of the wish. */
import { sourceIds } from "../../core/push-ids.ts";
import { settingsOf, type SweepPlan } from "../../core/sweep.ts";
import type { SourceId } from "../../core/sources/spec.ts";
import { populationVariance } from "../../core/stats.ts";
import type { ObjectiveId } from "../../core/types.ts";
import { objectivesOf } from "../settings/settings-data.ts";
import { commonWeights, type SweepPoint } from "./points.ts";

export type Measure =
  | { readonly by: "truth" | "judge"; readonly of: "wish" | ObjectiveId }
  | { readonly by: "source"; readonly of: SourceId };

export function measureId({ by, of }: Measure): string {
  return `${by} ${of}`;
}

/** What at least one text has, the wish first, the truth before the judge. */
export function measuresOf(plan: SweepPlan, points: readonly SweepPoint[]): Measure[] {
  const hasOneWish = commonWeights(settingsOf(plan)) !== null;
  const objectives = objectivesOf(plan.kind);
  const all: Measure[] = [
    ...(hasOneWish ? [{ by: "truth", of: "wish" } as const] : []),
    ...objectives.map((of) => ({ by: "truth", of }) as const),
    ...(hasOneWish ? [{ by: "judge", of: "wish" } as const] : []),
    ...objectives.map((of) => ({ by: "judge", of }) as const),
    ...sourceIds(Object.assign({}, ...points.map(({ sources }) => sources)) as object).map(
      (of) => ({ by: "source", of }) as const,
    ),
  ];
  return all.filter((measure) => points.some((point) => scoreOf(point, measure) !== null));
}

/** null where the measure is not defined for the text. */
export function scoreOf(point: SweepPoint, { by, of }: Measure): number | null {
  if (by === "source") return point.sources[of] ?? null;
  if (of === "wish") return by === "truth" ? point.wished : point.proxy;
  return (by === "truth" ? point.truth[of] : point.reward[of]) ?? null;
}

/** Standard deviation of a measure over all texts of the sweep; 0 where fewer than two have it. */
export function spreadOf(points: readonly SweepPoint[], measure: Measure): number {
  const scores = points.flatMap((point) => scoreOf(point, measure) ?? []);
  return scores.length < 2 ? 0 : Math.sqrt(populationVariance(scores));
}

/**
 * Whether the measure itself chose or pushed the texts, so that it favours its own lanes. The truth does so in lanes
 * named oracle alone.
 */
export function isOwnJudge(plan: SweepPlan, { by, of }: Measure): boolean {
  return settingsOf(plan).some(({ strategy, weights }) => {
    if (strategy === "base") return false;
    const isWished = of === "wish" || (weights[of] ?? 0) !== 0;
    return isWished && (by === "truth") === (strategy === "oracle-bon");
  });
}
