/** What a run came to, lane by lane: small enough to be handed in also where the run itself is too large. */
import * as v from "valibot";
import { LIMITS } from "../../core/limits.ts";
import type { SourceId } from "../../core/sources/spec.ts";
import { OBJECTIVE_IDS, type ObjectiveId } from "../../core/types.ts";
import { real, sourceId } from "../keep/trace-schema.ts";
import { figure } from "../lessons/figures.ts";
import { shownSample, type RunView } from "../run/view.ts";
import { laneFacts } from "../stage/facts.ts";

const known = v.nullable(real);
const perObjective = v.record(v.picklist(OBJECTIVE_IDS), known);
const perSource = v.pipe(
  v.record(sourceId, known),
  v.transform((table): Readonly<Record<SourceId, number | null>> => table as Readonly<Record<SourceId, number | null>>),
);
const laneFigures = v.strictObject({
  name: v.pipe(v.string(), v.maxLength(80)),
  /** Nats; of best-of-N the estimate. */
  kl: known,
  perplexity: known,
  tokens: known,
  /** A token. */
  forwards: known,
  reward: perObjective,
  truth: perObjective,
  source: perSource,
});
export const figuresSchema = v.pipe(v.array(laneFigures), v.maxLength(LIMITS.lanes));
export type LaneFigures = v.InferOutput<typeof laneFigures>;

/** Empty while the run has not finished. */
export function figuresOf(view: RunView): LaneFigures[] {
  if (view.phase !== "finished") return [];
  return view.lanes.map((lane, index): LaneFigures => {
    const facts = laneFacts(view, index);
    const { result } = shownSample(lane);
    const objectives = facts?.objectives ?? [];
    const of = (values: Readonly<Partial<Record<ObjectiveId, number | null>>> | undefined) =>
      Object.fromEntries(objectives.map(({ id }) => [id, values?.[id] ?? null]));
    return {
      name: lane.request.name.slice(0, 80),
      kl: figure({ of: "kl" }, view, index),
      perplexity: figure({ of: "perplexity" }, view, index),
      tokens: figure({ of: "tokens" }, view, index),
      forwards: figure({ of: "forwards" }, view, index),
      reward: of(result?.reward),
      truth: of(result?.truth),
      source: Object.fromEntries((facts?.sources ?? []).map(({ spec, score }) => [spec.id, score ?? null])),
    };
  });
}

/** A figure that dots can stand by. */
export type FigureKey =
  "kl" | "perplexity" | "tokens" | "forwards" | `reward:${ObjectiveId}` | `truth:${ObjectiveId}` | `source:${SourceId}`;

export function figureKeys(figures: readonly LaneFigures[]): FigureKey[] {
  const keys = figures.flatMap((lane): FigureKey[] => [
    ...keysOf(lane.source).map((id): FigureKey => `source:${id as SourceId}`),
    ...keysOf(lane.reward).map((id): FigureKey => `reward:${id as ObjectiveId}`),
    ...keysOf(lane.truth).map((id): FigureKey => `truth:${id as ObjectiveId}`),
  ]);
  return [...new Set<FigureKey>([...keys, "kl", "perplexity", "tokens", "forwards"])];
}

export function figureAt(lane: LaneFigures, key: FigureKey): number | null {
  const [of = "", id] = key.split(":");
  const found: unknown = Reflect.get(lane, of);
  if (id === undefined) return typeof found === "number" ? found : null;
  const value: unknown = typeof found === "object" && found !== null ? Reflect.get(found, id) : null;
  return typeof value === "number" ? value : null;
}

function keysOf(table: Readonly<Record<string, number | null | undefined>>): string[] {
  return Object.entries(table).flatMap(([id, value]) => (typeof value === "number" ? [id] : []));
}
