/** Words of the bench that probes rewards with pairs of texts. */
import { meanAccuracy, type Accuracy, type AskedOrders } from "../../core/probe/accuracy.ts";
import type { BenchState, Probed } from "../../state/probe/bench.svelte.ts";
import type { TextSource } from "../../state/probe/texts.ts";
import type { Cell } from "./csv.ts";
import { bytes, fixed, listed, plural, seconds, signed } from "./format.ts";
import { localized } from "./language.ts";

const SOURCES: Readonly<Record<TextSource, string>> = {
  recorded: "texts of the recorded sweep",
  run: "texts of this run",
  sweep: "texts of your sweep",
};

/** What each kind of pair is, and what a good reward does. */
const KINDS: readonly (readonly [string, string])[] = [
  ["other prompt", "the text, or one that answers another prompt (contrast instructions)"],
  ["padded", "the text, or the same with a polite phrase behind it"],
  ["repeated", "the text, or its first half twice"],
  ["shuffled", "the text, or its words in another order"],
  ["cut", "the text, or its first half"],
  ["one against several", "ahead of every one of these at once (RewardMATH); chance is lower than 50"],
  ["in other words", "as “other prompt”, with the prompt in other words"],
  ["mean over wordings", "the same, by the mean reward over all wordings (after RewardFusion)"],
  ["sentiment, truth", "two texts of one prompt that VADER, or the truth, tells apart clearly"],
  ["first or second", "the best text of a prompt by that label, or the second best: the hardest pairs"],
];

export const probe = localized("probe.probe", {
  title: "Probe the rewards",
  about:
    "Pairs of texts of which it is known which one is better show what a reward notices. They are made of texts that are here, and every loaded reward and judge says which text it prefers.",
  texts: "Texts",
  sources: SOURCES,
  most: "Pairs of each kind",
  asks: "Also ask the model itself, in both orders (one slow forward a pair)",
  start: "Probe",
  cancel: "Cancel",
  first: (size: number | null) =>
    `The chat model is not here yet. It is downloaded first, once${size === null ? "" : ` (${bytes(size)})`}.`,
  loading: "The model is on its way.",
  bar: "Pairs read",
  table: "Accuracy of every reward, table",
  reward: "reward",
  mean: "mean",
  hint: "Per cent of pairs with the better text ahead, and the 95 % interval by prompts. A tie counts half, and 50 is chance. The mean takes every kind alike, without “one against several”, as RewardBench does.",
  blind: "A reward that reads the text alone cannot tell prompts apart. One that counts words cannot see their order.",
  kinds: "The kinds of pairs",
  kindsList: KINDS,
  asked: "The model that was asked",
  orders: "same answer in both orders",
  bias: "position bias",
  onMarks: "probability on A and B",
  copy: "Copy as Markdown",
  csv: "Save as CSV",
  silent: (names: readonly string[]) =>
    `No verdict of ${listed(names)} could be read: the probability is not on the answers that were asked for, or the texts are too long.`,
  none: "No pair could be made of these texts: they are too short, or too few.",
});

export const probeChart = localized("probe.probeChart", {
  title: (kind: string | null) => (kind === null ? "Accuracy, mean over the kinds" : `Accuracy: ${kind}`),
  kind: "Kind of pairs",
  mean: "mean over the kinds",
  chance: "The dashed line is chance, and bars are 95 % intervals by prompts.",
  x: "pairs with the better text ahead (%)",
  head: ["reward", "accuracy", "95% from", "95% to", "pairs"],
  bar: (own: Pick<Accuracy, "rater" | "accuracy" | "pairs"> & { readonly ci95: Accuracy["ci95"] | null }) => {
    const range = own.ci95 === null ? "" : ` (${own.ci95.map(percentCell).join("–")})`;
    return `${own.rater}: ${percentCell(own.accuracy)} %${range}, ${plural(own.pairs, "pair")}`;
  },
});

export const probingText = localized(
  "probe.probingText",
  (state: BenchState & { readonly status: "probing" }): string => {
    const { done, total, rater, secondsLeft } = state;
    if (total === 0) return "Making the pairs.";
    const left = secondsLeft === null ? "" : `, about ${seconds(secondsLeft)} left`;
    return `${rater}: ${done} of ${plural(total, "answer")}${left}.`;
  },
);

export const probedText = localized("probe.probedText", ({ source, texts, isWhole }: Probed): string => {
  return `Made of ${plural(texts, "text")}: ${SOURCES[source]}.${isWhole ? "" : " The table is not whole: the probe was ended, or is under way."}`;
});

export const columnText = localized("probe.columnText", (category: string, pairs: number): string => {
  return `${category}, ${plural(pairs, "pair")}`;
});

export function percentCell(share: number): string {
  return fixed(100 * share, 0);
}

export const ordersText = localized("probe.ordersText", ({ consistent, pairs, bias, onMarks }: AskedOrders): string => {
  return `${probe.orders}: ${consistent} of ${pairs}; ${probe.bias} ${signed(bias, 2)}; ${probe.onMarks} ${fixed(100 * onMarks, 0)} %`;
});

export const PROBE_CSV_HEAD = [
  "reward",
  "kind of pair",
  "accuracy",
  "95% from",
  "95% to",
  "pairs",
  "mean of the reward",
];

export function probeCsvRows(found: readonly Accuracy[]): Cell[][] {
  return found.map(({ rater, category, accuracy, ci95, pairs }) => [
    rater,
    category,
    accuracy,
    ...ci95,
    pairs,
    meanAccuracy(found, rater),
  ]);
}
