/** One kept step under other weights, over the whole vocabulary: the same core, the same logits, no forward. */
import type { Choice, Exactness, LaneTarget } from "../../core/reweighing.ts";
import { draw } from "../../core/sampling.ts";
import type { PushId, TokenId } from "../../core/types.ts";
import { bannedOf } from "../decode/banned.ts";
import { Guide } from "../decode/guidance.ts";
import type { Models } from "../interfaces.ts";
import type { KeptRun, KeptStep } from "./kept-runs.ts";
import type { Guidance } from "../decode/plan.ts";
import { measured, topCandidates } from "../decode/row-step.ts";
import { TextStream } from "../decode/text-stream.ts";
import type { WeighedStep, Weigher } from "./weigher.ts";

export class LaneReweigher implements Weigher {
  readonly #run: KeptRun;
  readonly #models: Models;
  readonly #steps: readonly KeptStep[];
  readonly #target: LaneTarget;
  readonly #guidance: Guidance;
  readonly #guide: Guide;
  readonly #isSampledAlike: boolean;

  /** @param guidance the target's, bound; the steps must hold all scores that it needs */
  constructor(run: KeptRun, models: Models, target: LaneTarget, guidance: Guidance) {
    this.#run = run;
    this.#models = models;
    this.#steps = run.lanes.get(target.lane) ?? [];
    this.#target = target;
    this.#guidance = guidance;
    this.#guide = new Guide(models.policy.vocabSize, bannedOf(run.request, models.tokenizer));
    const ran = run.request.lanes[target.lane]?.sampling;
    this.#isSampledAlike = JSON.stringify(ran) === JSON.stringify(target.sampling);
  }

  get length(): number {
    return this.#steps.length;
  }

  weigh(position: number, hasCandidates: boolean): WeighedStep {
    const kept = this.#steps[position];
    if (kept === undefined) throw new Error(`the lane has ${this.length} steps, there is no step ${position}`);
    const { step, policy, terms, heads, memo } = kept;
    const guidance = this.#guidance;
    const k = guidance.type === "values" ? guidance.k : 0;
    const [candidates, values] = [kept.candidates.slice(0, k), kept.values.slice(0, k)];
    const { sampling } = this.#target;
    const reading = { guidance, policy, terms, heads, candidates, values };
    const distributions = this.#guide.distributions(reading, sampling, memo);
    const key = { seed: this.#run.request.seed, sample: step.sample, position };
    const drawn = draw(distributions.sampled, key, distributions.tokens).token;
    const plainToken = this.#isSampledAlike
      ? step.plainToken
      : draw(distributions.plain(), key, distributions.tokens).token;
    return {
      drawn,
      step: {
        ...step,
        ...measured(distributions, step.token),
        plainToken,
        plainText: plainToken === step.plainToken ? step.plainText : this.#textOf(position, plainToken),
        ...(hasCandidates && { top: topCandidates(distributions, step.token, this.#models.tokenizer) }),
      },
    };
  }

  choice(position: number, { step, drawn }: WeighedStep): Choice | null {
    if (drawn === step.token || step.isForced === true) return null;
    return { position, token: drawn, text: this.#textOf(position, drawn) };
  }

  exactness(): Exactness {
    const filled = this.#run.filled.get(this.#target.lane);
    return { type: "exact", filled: idsOf(this.#guidance).filter((id) => filled?.has(id)) };
  }

  /** What a token would add to the text before `position`. */
  #textOf(position: number, token: TokenId): string {
    const { tokenizer } = this.#models;
    if (tokenizer.endIds.includes(token)) return "";
    const stream = TextStream.after(tokenizer, this.#run.promptTokens);
    for (const { step } of this.#steps.slice(0, position)) stream.push(step.token);
    return stream.peek(token);
  }
}

function idsOf(guidance: Guidance): readonly PushId[] {
  return guidance.type === "none" ? [] : guidance.terms.map(({ id }) => id);
}
