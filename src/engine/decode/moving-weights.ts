/**
 * Lanes whose weights move while they write (`core/combine/moving.ts`): what their texts are worth so far, and the next step.
 *
 * Objectives are read by the judge, as at the end. A source's reward of the text so far comes from the steps' own numbers
 * where the lane was steered by it at every step; else the text is read once more.
 */
import { movedWeights, movingOf, MOVE_EVERY, watched } from "../../core/combine/moving.ts";
import type { WeightMove } from "../../core/combine/way-types.ts";
import { RunError } from "../../core/errors.ts";
import { isObjective } from "../../core/push-ids.ts";
import { isTerm } from "../../core/sources/spec.ts";
import { mean } from "../../core/stats.ts";
import type { ObjectiveId, PushId, Strategy, TokenId, Weights } from "../../core/types.ts";
import type { StepPush } from "./guidance.ts";
import { chargeForward, type Lane } from "./lane.ts";
import { guidanceOf } from "./plan.ts";
import type { Binding } from "./binding.ts";
import type { Row } from "./row.ts";
import { scoreText } from "./text-scores.ts";

/** What the steps of a text said of it by one source. */
interface Said {
  steps: number;
  sum: number;
  last: number;
}

export class MovingWeights {
  readonly #binding: Binding;
  /** What the visitor set, by lane: where a lane's weights began to move. */
  readonly #starts = new Map<Lane, Weights>();
  readonly #said = new Map<Row, Map<PushId, Said>>();

  constructor(lanes: readonly Lane[], binding: Binding) {
    this.#binding = binding;
    for (const lane of lanes) this.restart(lane);
  }

  /** A setting moved: the weights begin anew from there. */
  restart(lane: Lane): void {
    if (movingOf(lane.strategy) !== null) this.#starts.set(lane, movingStrategy(lane).weights);
  }

  /** Call it with every token that was drawn. */
  see(row: Row, pushes: readonly StepPush[], token: TokenId): void {
    if (!this.#starts.has(row.lane)) return;
    const known = this.#said.get(row) ?? new Map<PushId, Said>();
    this.#said.set(row, known);
    for (const push of pushes) {
      const { id } = push;
      if (isObjective(id)) continue;
      const own = known.get(id) ?? { steps: 0, sum: 0, last: 0 };
      own.last = push.source(token);
      own.sum += own.last;
      own.steps++;
      known.set(id, own);
    }
  }

  /** The steps that are due before token `step` is drawn; each is in force when it comes back. */
  async *due(step: number, rows: readonly Row[]): AsyncGenerator<WeightMove> {
    if (step === 0 || step % MOVE_EVERY !== 0) return;
    for (const row of rows) {
      const start = this.#starts.get(row.lane);
      const combine = movingOf(row.lane.strategy);
      if (start === undefined || combine === null) continue;
      const { lane } = row;
      const strategy = movingStrategy(lane);
      const rewards = await this.#rewards(row, watched(combine, start));
      const weights = movedWeights(combine, start, strategy.weights, rewards);
      lane.strategy = { ...strategy, weights };
      lane.guidance = guidanceOf(lane.strategy, this.#binding);
      yield { token: step, lane: lane.index, weights, rewards };
    }
  }

  async #rewards(row: Row, ids: readonly PushId[]): Promise<WeightMove["rewards"]> {
    const rewards: Record<string, number | null> = {};
    const judged = ids.filter(isObjective);
    const byJudge = judged.length === 0 ? new Map<ObjectiveId, number>() : await this.#judge(row);
    for (const id of ids) {
      rewards[id] = isObjective(id) ? (byJudge.get(id) ?? null) : await this.#bySource(row, id);
    }
    return rewards;
  }

  async #judge(row: Row): Promise<ReadonlyMap<ObjectiveId, number>> {
    const { judge } = this.#binding.models;
    if (judge === null) throw noJudge();
    const [scores] = await judge.score([row.prefix]);
    chargeForward(row.lane, judge.id);
    return new Map(judge.objectives.map((id, o) => [id, mean([...(scores?.[o] ?? [])])]));
  }

  async #bySource(row: Row, id: PushId): Promise<number | null> {
    const spec = this.#binding.source(id);
    const said = this.#said.get(row)?.get(id);
    // A mean over tokens needs every token; a value is that of the newest one.
    const isMean = isTerm(spec) || (spec.type === "head" && spec.kind !== "value");
    if (said !== undefined && said.steps === row.tokens.length) {
      const reward = isMean ? said.sum / said.steps : said.last;
      // A source that says nothing of a text moves nothing.
      return Number.isNaN(reward) ? null : reward;
    }
    const charge = (modelId: string): void => chargeForward(row.lane, modelId);
    const text = { tokens: row.tokens, text: row.stream.text.trim() };
    return scoreText(spec, text, { binding: this.#binding, charge });
  }
}

/** @throws RunError "model-missing", "unknown-objective" where nothing can say what a text is worth so far */
export function checkMoving(strategy: Strategy, { models: { judge } }: Binding): void {
  const combine = movingOf(strategy);
  if (combine === null || strategy.id === "base") return;
  const judged = watched(combine, strategy.weights).filter(isObjective);
  if (judged.length === 0) return;
  if (judge === null) throw noJudge();
  const stray = judged.find((id) => !judge.objectives.includes(id));
  if (stray === undefined) return;
  const wanted = `Moving weights are read by the judge "${judge.id}", which scores ${judge.objectives.join(", ")} but not "${stray}"`;
  const message = `${wanted}; set its weight to 0 in that lane, combine by the sum, or choose another judge.`;
  throw new RunError("unknown-objective", message, { objective: stray, model: judge.id });
}

function noJudge(): RunError {
  const message =
    "Weights of objectives move by what the judge says, and none is loaded; load one, or combine by the sum.";
  return new RunError("model-missing", message);
}

function movingStrategy({ strategy }: Lane): Strategy & { readonly id: "genarm" | "vas" | "args" } {
  if (strategy.id === "genarm" || strategy.id === "vas" || strategy.id === "args") return strategy;
  throw new Error(`weights of a lane of strategy ${strategy.id} do not move`);
}
