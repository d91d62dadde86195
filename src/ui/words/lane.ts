/** Words of a lane: its title, its menu, its text and the numbers below. */
import { isObjective, pushIds, sourceIds } from "../../core/push-ids.ts";
import type { Ensemble, Weights } from "../../core/types.ts";
import type { KlFact, Known } from "../../state/stage/facts.ts";
import type { StageLane } from "../../state/stage/stage.ts";
import { blockwiseSubtitle } from "./blocks.ts";
import { arms, givenTokens, samples, sources, tokens } from "./counts.ts";
import { BLANK, fixed, signed } from "./format.ts";
import { localized } from "./language.ts";

export const lane = localized("lane.lane", {
  reading: "Reading the prompt…",
  empty: "Nothing yet.",
  notRun: "Run to fill this lane.",
  textLabel: (name: string, count: number) => `${name}: ${tokens(count)}`,
  tableLabel: (name: string) => `${name}, token by token`,
  inSight: "Lanes in sight",
  allSamples: (count: number) => `All ${samples(count)}`,
  allSamplesTitle: (name: string) => `${name}: all samples`,
  writing: (count: number, length: number) =>
    `Writing ${samples(count)}, ${tokens(length)} each. The first sample is shown until one is chosen.`,
  draws: (count: number) => `Draws ${samples(count)} and shows the one with the highest score.`,
  heads: { position: "#", token: "token", push: "push", p: "p", kl: "KL", entropy: "H", plain: "plain" },
});

export const laneMenu = localized("lane.laneMenu", {
  title: (name: string) => `Settings of ${name}`,
  name: "Name",
  strategy: "Strategy",
  hint: "A ticked setting belongs to this lane only. All other settings are those of the page.",
  strength: "Strength",
  temperature: "Temperature",
  k: "Candidates k",
  n: "Samples N",
  judges: "Judges",
  penalty: "λ of disagreement",
  share: "λ of the mean",
  ensembles: {
    mean: "their mean",
    wco: "the lowest score",
    uwo: "mean minus disagreement",
    robust: "mean and lowest score, mixed",
  } satisfies Record<Ensemble, string>,
  ownObjectives: "Own objectives",
  ownWeights: "Own weights",
  own: (label: string) => `Own value: ${label}`,
  branch: (given: number) => `This lane is a branch. It starts with ${givenTokens(given)}.`,
  writeFreely: "Write freely instead",
  read: "Read through a reward",
  duplicate: "Duplicate",
  remove: "Remove",
});

export const laneFooter = localized("lane.laneFooter", {
  objective: "Objective",
  source: "Reward without training",
  truth: "truth",
  truthSteers: "truth (steers)",
  judge: "judge",
  reward: "reward",
  best: "best",
  notScored: "The judge does not score this objective.",
  notScoredShort: "n/a",
  kl: "KL",
  klAtMost: "KL ≤",
  klToBase: "KL to base",
  klToBaseAtMost: "KL to base ≤",
  estimate: (value: number) => `est. ${fixed(value, 1)}`,
  toBase: (value: number) => `base ${fixed(value, 1)}`,
  toBaseTitle: "KL to the base model at temperature 1, without truncation",
  perplexity: "perplexity",
  distinct: "distinct",
  tokens: "tokens",
  forwards: "fwd/token",
  speed: "tokens/s",
});

/** The label of a lane's first KL. */
export function klLabel(kl: KlFact | null): string {
  if (kl?.to === "base") return kl.type === "bound" ? laneFooter.klToBaseAtMost : laneFooter.klToBase;
  return kl?.type === "bound" ? laneFooter.klAtMost : laneFooter.kl;
}

/** A score that may not be there yet, or that cannot be known here. */
export const knownText = localized("lane.knownText", (value: Known, digits: number): string => {
  return value === undefined ? BLANK : value === null ? "not known here" : signed(value, digits);
});

/** A lane's small print: what steers it. */
export const laneSubtitle = localized("lane.laneSubtitle", ({ request, view }: StageLane): string => {
  const { strategy, opening } = request;
  if (opening !== undefined) return `from token ${opening.length}`;
  switch (strategy.id) {
    case "base":
      return "no reward";
    case "genarm":
      return termsText(strategy.weights);
    case "vas":
    case "args":
      return `k = ${strategy.k}`;
    case "bon":
    case "soft-bon":
    case "oracle-bon": {
      const chosen = view?.result?.chosen;
      if (chosen !== undefined) return `sample ${chosen + 1}`;
      return strategy.id === "soft-bon" ? `β = ${fixed(strategy.beta, 2)}` : `N = ${strategy.n}`;
    }
    case "blockwise":
      return blockwiseSubtitle(strategy, view?.blocks.length ?? 0);
    default:
      return strategy satisfies never;
  }
});

function termsText(weights: Weights): string {
  const [own, others] = [pushIds(weights).filter(isObjective).length, sourceIds(weights).length];
  if (own + others === 0) return "no reward yet";
  if (others === 0) return arms(own);
  return own === 0 ? sources(others) : `${arms(own)}, ${sources(others)}`;
}
