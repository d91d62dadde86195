/** The numbers behind one token, read off its step; nothing is decoded again. */
import { pushIds } from "../../core/push-ids.ts";
import { baseMass, candidateProbabilities, chosenProbabilities } from "../../core/step-probabilities.ts";
import type { PerPush, PushId, RowStep, TopCandidates } from "../../core/types.ts";
import { isFlip, steerOf } from "./tint.ts";

export interface Push {
  readonly id: PushId;
  readonly nats: number;
}

/** One line of the equation: guidedLogprob = baseLogprob + sum of pushes - logZ of the step. */
export interface Candidate {
  readonly id: number;
  /** Null where the text of a candidate was not sent. */
  readonly text: string | null;
  readonly baseLogprob: number;
  readonly guidedLogprob: number;
  readonly base: number;
  readonly guided: number;
  readonly pushes: readonly Push[];
  /** V of a value model or a classifier; null for other sources and outside the VAS candidates. */
  readonly values: readonly Push[] | null;
  readonly isChosen: boolean;
  readonly isPlain: boolean;
  /** The likeliest under the base, and the likeliest after guidance, where these differ. */
  readonly leads: "base" | "guided" | null;
}

export interface TokenFacts {
  readonly text: string;
  /** What the same noise picks without guidance, when that differs. */
  readonly plainText: string | null;
  /** Probabilities of the chosen token: under the base model, after guidance, under the distribution it was drawn from. */
  readonly base: number;
  readonly guided: number;
  readonly sampled: number;
  readonly pushes: readonly Push[];
  readonly logZ: number;
  /** To plain sampling under the same settings (`steerOf`), and to pi_ref at temperature 1. */
  readonly kl: number;
  readonly klToBase: number;
  readonly entropy: number;
  readonly candidates: readonly Candidate[];
  /** Guidance put another candidate first. */
  readonly isLeaderChanged: boolean;
  /** Probability that the kept candidates leave out, under both distributions; null where none were kept. */
  readonly tail: { readonly base: number; readonly guided: number } | null;
  /** Base mass of the candidates that a value model was asked about, of those kept; null for other lanes. */
  readonly valuedMass: number | null;
}

const SHOWN_CANDIDATES = 6;

/** @param hasValues whether a value model guided the step (VAS); its numbers are then shown */
export function factsOf(step: RowStep, hasValues = false): TokenFacts {
  const candidates = step.top === undefined ? [] : candidatesOf(step, step.top, hasValues);
  const valued = candidates.filter((each) => each.values !== null);
  return {
    text: step.text,
    plainText: isFlip(step) ? step.plainText : null,
    ...chosenProbabilities(step),
    pushes: pushesOf(step.contributions, (nats) => nats),
    logZ: step.logZ,
    kl: steerOf(step),
    klToBase: step.kl,
    entropy: step.entropy,
    candidates: shownOf(candidates),
    isLeaderChanged: candidates.some((each) => each.leads !== null),
    tail: step.top?.tail ?? null,
    valuedMass: baseMass(valued),
  };
}

function pushesOf<T>(table: PerPush<T>, read: (own: T) => number | undefined): readonly Push[] {
  return pushIds(table).flatMap((id) => {
    const own = table[id];
    const nats = own === undefined ? undefined : read(own);
    return nats === undefined ? [] : [{ id, nats }];
  });
}

function candidatesOf(step: RowStep, top: TopCandidates, hasValues: boolean): readonly Candidate[] {
  const baseLeader = leaderOf(top.base);
  const guidedLeader = leaderOf(top.guided);
  const all = candidateProbabilities(top).map((probabilities, i): Candidate => {
    const id = top.ids[i] ?? -1;
    const values = pushesOf(top.sources, (own) => own[i]);
    const isValued = hasValues && values.length > 0 && values.every(({ nats }) => !Number.isNaN(nats));
    return {
      id,
      text: candidateText(step, top, i),
      ...probabilities,
      pushes: pushesOf(top.contributions, (own) => own[i]),
      values: isValued ? values : null,
      isChosen: id === step.token,
      isPlain: id === step.plainToken && isFlip(step),
      leads: baseLeader === guidedLeader ? null : i === baseLeader ? "base" : i === guidedLeader ? "guided" : null,
    };
  });
  return all.toSorted((a, b) => b.guided - a.guided || a.id - b.id);
}

/** The first few, with the chosen one, plain's and both leaders always among them. */
function shownOf(all: readonly Candidate[]): readonly Candidate[] {
  const shown = all.slice(0, SHOWN_CANDIDATES);
  const missing = all.slice(SHOWN_CANDIDATES).filter((each) => each.isChosen || each.isPlain || each.leads !== null);
  return missing.length === 0 ? shown : [...shown.slice(0, SHOWN_CANDIDATES - missing.length), ...missing];
}

function leaderOf(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? -Infinity) ? i : best), 0);
}

function candidateText(step: RowStep, top: TopCandidates, i: number): string | null {
  if (top.ids[i] === step.token) return step.text;
  if (top.ids[i] === step.plainToken) return step.plainText;
  return top.texts?.[i] ?? null;
}
