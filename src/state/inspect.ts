/** The numbers behind one token, read off its step; nothing is decoded again. */
import { OBJECTIVE_IDS, type ObjectiveId, type RowStep, type TopCandidates } from "../core/types.ts";
import { isFlip, pushOf } from "./tint.ts";

export interface Push {
  readonly id: ObjectiveId;
  readonly nats: number;
}

export interface Candidate {
  readonly id: number;
  /** Null where the text of a candidate was not sent. */
  readonly text: string | null;
  readonly base: number;
  readonly guided: number;
  readonly push: number;
  readonly isChosen: boolean;
  readonly isPlain: boolean;
}

export interface TokenFacts {
  readonly text: string;
  /** What the same noise picks without guidance, when that differs. */
  readonly plainText: string | null;
  /** Probabilities of the chosen token: under the base model, after guidance, under the law it was drawn from. */
  readonly base: number;
  readonly guided: number;
  readonly sampled: number;
  readonly baseLogprob: number;
  readonly guidedLogprob: number;
  readonly pushes: readonly Push[];
  readonly push: number;
  readonly logZ: number;
  readonly kl: number;
  readonly entropy: number;
  readonly candidates: readonly Candidate[];
}

const SHOWN_CANDIDATES = 6;

export function factsOf(step: RowStep): TokenFacts {
  const push = pushOf(step);
  const guidedLogprob = step.baseLogprob + push - step.logZ;
  return {
    text: step.text,
    plainText: isFlip(step) ? step.plainText : null,
    base: Math.exp(step.baseLogprob),
    guided: Math.exp(guidedLogprob),
    sampled: Math.exp(step.logprob),
    baseLogprob: step.baseLogprob,
    guidedLogprob,
    pushes: OBJECTIVE_IDS.flatMap((id) => {
      const nats = step.contributions[id];
      return nats === undefined ? [] : [{ id, nats }];
    }),
    push,
    logZ: step.logZ,
    kl: step.kl,
    entropy: step.entropy,
    candidates: step.top === undefined ? [] : candidatesOf(step, step.top),
  };
}

function candidatesOf(step: RowStep, top: TopCandidates): readonly Candidate[] {
  const all = top.ids.map((id, i) => ({
    id,
    text: textOf(step, top, i),
    base: Math.exp(top.base[i] ?? -Infinity),
    guided: Math.exp(top.guided[i] ?? -Infinity),
    push: OBJECTIVE_IDS.reduce((sum, objective) => sum + (top.contributions[objective]?.[i] ?? 0), 0),
    isChosen: id === step.token,
    isPlain: id === step.plainToken && isFlip(step),
  }));
  all.sort((a, b) => b.guided - a.guided || a.id - b.id);
  const shown = all.slice(0, SHOWN_CANDIDATES);
  const missing = all.slice(SHOWN_CANDIDATES).filter((each) => each.isChosen || each.isPlain);
  return missing.length === 0 ? shown : [...shown.slice(0, SHOWN_CANDIDATES - missing.length), ...missing];
}

function textOf(step: RowStep, top: TopCandidates, i: number): string | null {
  if (top.ids[i] === step.token) return step.text;
  if (top.ids[i] === step.plainToken) return step.plainText;
  return top.texts?.[i] ?? null;
}
