/** Where the texts stand under a reward: scores by group, percentiles of the text in view, and how well groups are told apart. */
import type { LensReading } from "../../core/lens/reading.ts";
import { auroc, percentile } from "../../core/lens/standing.ts";
import type { GroupLabel, LensGroup, LensSample } from "./groups.ts";

export interface ScoredText {
  readonly sample: LensSample;
  readonly reading: LensReading;
  /** Of one judge of an ensemble where one was chosen. */
  readonly score: number;
}

export interface ScoredGroup {
  readonly id: string;
  readonly label: GroupLabel;
  /** Those that are read and have a score. */
  readonly texts: readonly ScoredText[];
  /** How many the reward has no score for. */
  readonly unscored: number;
}

/** @param member a judge of an ensemble; null for the score itself */
export function scoredGroup(
  { id, label, samples }: LensGroup,
  readingOf: (sample: LensSample) => LensReading | null,
  member: number | null,
): ScoredGroup {
  const texts = samples.flatMap((sample): ScoredText[] => {
    const reading = readingOf(sample);
    const score = reading === null ? null : member === null ? reading.score : (reading.members[member] ?? null);
    return reading === null || score === null ? [] : [{ sample, reading, score }];
  });
  const read = samples.filter((sample) => readingOf(sample) !== null);
  return { id, label, texts, unscored: read.length - texts.length };
}

export interface Standing {
  readonly group: ScoredGroup;
  /** Share of the group below the text; null where the group has no other text. */
  readonly share: number | null;
  readonly others: number;
}

/** The text itself does not count among the others. */
export function standings(score: number, key: string, groups: readonly ScoredGroup[]): Standing[] {
  return groups.map((group) => {
    const others = group.texts.filter(({ sample }) => sample.key !== key).map((text) => text.score);
    return { group, share: percentile(score, others), others: others.length };
  });
}

export interface Separation {
  readonly first: ScoredGroup;
  readonly second: ScoredGroup;
  /** Of the first above the second. */
  readonly auroc: number;
}

/** Every group against each one before it, so that guided ones are compared with plain sampling. */
export function separations(groups: readonly ScoredGroup[]): Separation[] {
  const scores = ({ texts }: ScoredGroup): number[] => texts.map(({ score }) => score);
  return groups.flatMap((first, i) =>
    groups.slice(0, i).flatMap((second) => {
      const area = auroc(scores(first), scores(second));
      return area === null ? [] : [{ first, second, auroc: area }];
    }),
  );
}
