/** Words of the inspector: why a token was chosen, its candidates, and its sentence. */
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { StepMs } from "../../core/step-ms.ts";
import type { Candidate, TokenFacts } from "../../state/stage/inspect.ts";
import type { JudgeSoFar } from "../../state/stage/judge-so-far.svelte.ts";
import { tokens } from "./counts.ts";
import { fixed, HOLE, optional, probability, signed, visibleToken } from "./format.ts";
import { pushName } from "./names.ts";
import { localized } from "./language.ts";

export const inspector = localized("inspector.inspector", {
  label: "Chosen token",
  empty: "Select a token, or press ← →, to see why it was chosen.",
  /** The hole is the token. */
  why: (lane: string, position: number) => `Why “${HOLE}” — ${lane}, token ${position + 1}`,
  noCandidates: "The candidates of this sample were not saved.",
  reweighing: "Re-weighting…",
  sameToken: "Re-weighted: the same token would be drawn.",
  otherToken: `Re-weighted: “${HOLE}” would be drawn.`,
  plainSame: "Plain sampling would have drawn the same token.",
  plainOther: `Plain sampling would have drawn “${HOLE}”.`,
  flip: "This is a flip.",
  leaderChanged: "Guidance made another token the likeliest.",
  wholeTexts: "In this lane no reward steers a token. The judge chose between whole texts.",
  probability: "probability",
  afterSampling: "after temperature and truncation",
  /** The hole is the term. */
  creditBy: (name: string) => `${HOLE} by ${name}`,
  credit: "credit",
  klOfStep: `${HOLE} of this step`,
  kl: "KL",
  klToBase: "KL to the base model",
  entropy: "entropy",
  nats: (value: number, digits: number) => `${fixed(value, digits)} nats`,
  valuedMass: "base probability of the valued candidates",
  tail: "probability of all other tokens",
  tailAtMost: "probability of all other tokens, at most",
  change: (before: number, after: number) => `${probability(before)} → ${probability(after)}`,
  copy: "Copy the numbers",
});

export const equation = localized("inspector.equation", {
  caption: "The equation of this step for its likeliest tokens, in nats",
  token: "token",
  axis: "log p, from unlikely to certain",
  base: "base",
  value: "value",
  logZ: "− log Z′",
  guided: "guided",
  probability: "probability",
  remark: "remark",
  goOnHead: "continue with it",
  goOn: (token: string) => `Continue with ${visibleToken(token)} in a new lane`,
  goOnTitle: "Continue with this token, in a new lane",
  unnamed: (id: number) => `#${id}`,
});

export const remarkText = localized(
  "inspector.remarkText",
  ({ isChosen, isPlain, leads, baseLogprob, guidedLogprob }: Candidate): string => {
    return [
      ...(guidedLogprob === -Infinity && baseLogprob > -Infinity ? ["not plausible"] : []),
      ...(isChosen ? ["chosen"] : []),
      ...(isPlain ? ["choice of plain sampling"] : []),
      ...(leads === "base" ? ["likeliest before"] : leads === "guided" ? ["likeliest now"] : []),
    ].join(", ");
  },
);

export const tip = localized("inspector.tip", {
  probability: ({ base, guided }: TokenFacts) => `p ${probability(base)} → ${probability(guided)}`,
  push: (name: string, nats: number) => `${name.toLowerCase()} ${signed(nats, 2)}`,
  spread: ({ kl, entropy }: TokenFacts) => `KL ${fixed(kl, 2)} · H ${fixed(entropy, 2)}`,
  plain: "plain:",
});

export const sentence = localized("inspector.sentence", {
  label: "Its sentence",
  title: (lane: string, number: number) => `Its sentence — ${lane}, sentence ${number}`,
  changed: "Changed tokens",
  noneChanged: (count: number) => `none of ${tokens(count)}`,
  changedOf: (changed: number, count: number) => `${changed} of ${tokens(count)}:`,
  instead: (said: string, plain: string) => `“${visibleToken(said)}” instead of “${visibleToken(plain)}”`,
  pushedBy: "Pushed by",
  noPush: "nothing: no reward steers a token here",
  push: (id: Parameters<typeof pushName>[0], nats: number, sources: readonly SourceSpec[] | undefined) =>
    `${pushName(id, sources)} ${signed(nats, 2)} nats`,
  cost: "Cost",
  kl: "KL",
  costs: (kl: number, forwards: number | undefined) =>
    `${fixed(kl, 2)} nats · ${optional(forwards, 1)} forwards per token`,
  plain: "Plain sampling",
  addPlain: "add a plain lane to compare",
  isPlain: "this lane",
  noSentence: (lane: string, number: number) => `${lane} has no sentence ${number}`,
});

/** One line per model, all lanes together; the arithmetic last. */
export const msText = localized(
  "inspector.msText",
  ({ policy, rewards, tail, models }: StepMs): readonly (readonly [name: string, value: string])[] => {
    const each = models === undefined ? { policy, rewards } : models;
    const lines = Object.entries({ ...each, arithmetic: tail });
    return lines.map(([name, ms], i) => [i === 0 ? `time of all lanes: ${name}` : name, `${fixed(ms, 1)} ms`]);
  },
);

/** Why the judge cannot score the samples so far, and the way out. */
export const soFarText = localized(
  "inspector.soFarText",
  (obstacle: NonNullable<ReturnType<JudgeSoFar["obstacle"]>>): string => {
    switch (obstacle) {
      case "decoding":
        return "To see the judge’s scores of the samples so far, pause the run or wait for its end.";
      case "no-models":
        return "To see the judge’s scores of the samples so far, load the models.";
      case "other-models":
        return "This run had another judge than the loaded one, so its samples cannot be scored here.";
      case "no-texts":
        return "This recording did not keep the texts of all samples, so the judge cannot score them.";
      default:
        return obstacle satisfies never;
    }
  },
);
