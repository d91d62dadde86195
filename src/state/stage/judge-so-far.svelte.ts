/** Best-of-N while it reads: what the judge thinks of every sample up to the token in view. Asked for on demand, and kept. */
import { isObjective } from "../../core/push-ids.ts";
import { weighedReward } from "../../core/selection.ts";
import type { Rewards, TokenId, Weights } from "../../core/types.ts";
import type { PageModels } from "../worker/models.svelte.ts";
import type { Run } from "../run/run.svelte.ts";
import type { Selected } from "./selection.svelte.ts";
import type { Supervisor } from "../worker/supervisor.ts";
import { sampleCount, strategyNow, type LaneView } from "../run/view.ts";

export interface SampleSoFar {
  readonly sample: number;
  /** Sum of weight times the judge's reward, what the lane ranks whole texts by; null where the judge does not score all. */
  readonly score: number | null;
  readonly rewards: Rewards;
  /** The sample had ended before: this is its last word. */
  readonly isOver: boolean;
  readonly isShown: boolean;
}

export interface JudgeSoFarHost {
  readonly supervisor: Supervisor;
  readonly run: Run;
  readonly models: PageModels;
}

interface Answer {
  readonly key: string;
  readonly samples: readonly SampleSoFar[];
}

/** Answers kept; a forward costs more than their memory. */
const KEPT_ANSWERS = 400;

export class JudgeSoFar {
  #latest = $state.raw<Answer | null>(null);
  readonly #supervisor: Supervisor;
  readonly #run: Run;
  readonly #models: PageModels;
  readonly #known = new Map<string, readonly Rewards[]>();
  #wanted: Selected | null = null;
  #isAsking = false;

  constructor(supervisor: Supervisor, run: Run, models: PageModels) {
    this.#supervisor = supervisor;
    this.#run = run;
    this.#models = models;
  }

  /** The samples of the selected lane at the selected token; empty until they are known. */
  of(selected: Selected | null): readonly SampleSoFar[] {
    return selected !== null && this.#latest?.key === this.#keyOf(selected) ? this.#latest.samples : [];
  }

  /** Why a best-of-N lane has no such numbers here; null where it has, and for other lanes. */
  obstacle(selected: Selected | null): "decoding" | "no-models" | "other-models" | "no-texts" | null {
    const lane = selected?.lane.view;
    if (lane === null || lane === undefined || !("n" in lane.request.strategy)) return null;
    if (this.#run.isActive && !this.#run.isPaused) return "decoding";
    if (this.#models.report === null) return "no-models";
    if (!this.#isSameJudge()) return "other-models";
    return this.#run.promptTokens.length === 0 || textsOf(lane, selected?.step.position ?? 0).length === 0
      ? "no-texts"
      : null;
  }

  /** Asks about the token in view; while an answer is under way the latest wish waits. */
  look(selected: Selected | null): void {
    const lane = selected?.lane.view;
    const isWanted = lane !== null && lane !== undefined && "n" in lane.request.strategy;
    this.#wanted = isWanted && this.obstacle(selected) === null ? selected : null;
    if (!this.#isAsking) void this.#askAll();
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    while (this.#wanted !== null) {
      const selected = this.#wanted;
      this.#wanted = null;
      await this.#ask(selected).catch(() => undefined);
    }
    this.#isAsking = false;
  }

  async #ask(selected: Selected): Promise<void> {
    const { view } = selected.lane;
    const kind = this.#run.view.request?.kind;
    if (view === null || kind === undefined) return;
    const key = this.#keyOf(selected);
    const texts = textsOf(view, selected.step.position);
    let rewards = this.#known.get(key);
    if (rewards === undefined) {
      const prompt = this.#run.promptTokens;
      const whole = texts.map(({ tokens }) => [...prompt, ...tokens]);
      const answer = await this.#supervisor.call((api) => api.judge(kind, whole));
      if (!answer.ok) return;
      rewards = answer.value;
      this.#keep(key, rewards);
    }
    const strategy = strategyNow(view);
    const weights = strategy.id === "base" ? {} : strategy.weights;
    const chosen = view.result?.chosen ?? 0;
    this.#latest = {
      key,
      samples: texts.map(({ sample, isOver }, i) => {
        const own = rewards[i] ?? {};
        return { sample, isOver, rewards: own, score: weighed(own, weights), isShown: sample === chosen };
      }),
    };
  }

  #keep(key: string, rewards: readonly Rewards[]): void {
    this.#known.set(key, rewards);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > KEPT_ANSWERS && oldest !== undefined) this.#known.delete(oldest);
  }

  #keyOf({ lane, step }: Selected): string {
    return `${this.#run.view.runId} ${lane.index} ${step.position}`;
  }

  /** A recording may come from other models than those here, whose judge says other things. */
  #isSameJudge(): boolean {
    const judge = this.#models.report?.models.find((model) => model.kind === "reward");
    return (
      judge !== undefined && this.#run.view.models.some(({ id, sha256 }) => id === judge.id && sha256 === judge.sha256)
    );
  }
}

interface TextSoFar {
  readonly sample: number;
  readonly tokens: readonly TokenId[];
  readonly isOver: boolean;
}

/** The samples up to a token; none where a recording has not kept them all. */
function textsOf(lane: LaneView, position: number): readonly TextSoFar[] {
  const texts = lane.samples.map(({ steps }, sample) => ({
    sample,
    tokens: steps.slice(0, position + 1).map((step) => step.token),
    isOver: steps.length <= position,
  }));
  return texts.length === sampleCount(lane.request) && texts.every(({ tokens }) => tokens.length > 0) ? texts : [];
}

function weighed(rewards: Rewards, weights: Weights): number | null {
  // Sources score whole texts, so they say nothing of a text so far.
  const judged = Object.fromEntries(Object.entries(weights).filter(([id]) => isObjective(id)));
  return weighedReward(judged, { reward: rewards });
}
