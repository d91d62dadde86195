/** Whether what a lane ranks texts or blocks by is there. */
import { RunError } from "../../core/errors.ts";
import { unjudged } from "../../core/judges.ts";
import { isObjective, pushIds } from "../../core/push-ids.ts";
import type { ObjectiveId, Strategy, Weights } from "../../core/types.ts";
import type { Models } from "../interfaces.ts";

/** A model that scores objectives. */
interface Reader {
  readonly id: string;
  readonly objectives: readonly ObjectiveId[];
}

interface Ranking {
  readonly weights: Weights;
  /** "Best-of-N ranks by the judge" */
  readonly how: string;
  readonly reader: Reader | null;
}

/** @throws RunError "model-missing", "unknown-objective" */
export function checkRanking(strategy: Strategy, models: Models): void {
  const ranking = rankingOf(strategy, models);
  if (ranking === null) return;
  const { weights, how, reader } = ranking;
  const weighed = pushIds(weights).filter((id) => (weights[id] ?? 0) !== 0);
  if (reader === null) {
    // Sources rank by themselves.
    if (weighed.length > 0 && !weighed.some(isObjective)) return;
    throw new RunError("model-missing", `${how}, and none is loaded; load one or remove the lane.`);
  }
  const [stray] = unjudged(weights, reader);
  if (stray === undefined) return;
  const wanted = `${how} "${reader.id}", which scores ${reader.objectives.join(", ")} but not "${stray}"`;
  const message = `${wanted}; set its weight to 0 in that lane, or choose another judge.`;
  throw new RunError("unknown-objective", message, { objective: stray, model: reader.id });
}

/** null for what ranks nothing, and for the oracle, which ranks by the truth. */
function rankingOf(strategy: Strategy, { judge, value }: Models): Ranking | null {
  switch (strategy.id) {
    case "bon":
    case "soft-bon":
      return { weights: strategy.weights, how: "Best-of-N ranks by the judge", reader: judge };
    case "blockwise": {
      const { weights } = strategy;
      if (strategy.by === "judge") return { weights, how: "Blocks are ranked by the judge", reader: judge };
      return { weights, how: "Blocks are ranked by the value model", reader: value };
    }
    case "args":
      return { weights: strategy.weights, how: "ARGS scores beginnings by the judge", reader: judge };
    case "base":
    case "genarm":
    case "vas":
    case "oracle-bon":
      return null;
    default:
      throw new Error(`unknown strategy ${JSON.stringify(strategy satisfies never)}`);
  }
}
