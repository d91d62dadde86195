/** A judge that was recorded: what it said of pairs whose better text the truth knows, and how often it was right. */
import { mean } from "../stats.ts";
import { isObjective } from "../push-ids.ts";
import type { Kind, ModelRef, ObjectiveId } from "../types.ts";
import { groupedInterval, type ShareInterval } from "./interval.ts";

export interface RecordedJudgement {
  /** Whose truth tells the texts apart, and by how much, in standard deviations. */
  readonly objective: ObjectiveId;
  readonly margin: number;
  readonly kind: Kind;
  readonly prompt: string;
  /** The better text by the truth, and the worse one. */
  readonly chosen: string;
  readonly rejected: string;
  /** What the judge was asked for. */
  readonly rubric: string;
  /** P(A) over both letters: with the better text as A, and with the worse as A. */
  readonly sharesOfA: readonly [number, number];
  readonly onMarks: number;
  /** From 1 to 5: of the better text, and of the worse. */
  readonly scores: readonly [number, number];
}

export interface RecordedJudge {
  readonly version: 1;
  readonly model: ModelRef;
  readonly judgements: readonly RecordedJudgement[];
}

export interface Agreement extends ShareInterval {
  /** Share of pairs in which the better text is ahead; a tie counts half. */
  readonly share: number;
  readonly pairs: number;
}

export interface JudgeRecord {
  /** By the mean over both orders, and by the score of each text alone. */
  readonly byOrders: Agreement;
  readonly byScore: Agreement;
  /** With the better text first alone, and with the worse text first alone. */
  readonly betterFirst: Agreement;
  readonly worseFirst: Agreement;
  /** Pairs in which both orders named the same text. */
  readonly consistent: number;
  /** Mean position bias, from -1/2 to 1/2, and of each pair. */
  readonly bias: number;
  readonly biases: readonly number[];
  /** Mean probability on the letters. */
  readonly onMarks: number;
}

/** @param judgements at least one */
export function recordOf(judgements: readonly RecordedJudgement[]): JudgeRecord {
  const prompts = [...new Set(judgements.map(({ prompt }) => prompt))];
  const agreement = (ahead: (own: RecordedJudgement) => number): Agreement => {
    const values = judgements.map((own) => ({
      value: ahead(own) > 0 ? 1 : ahead(own) === 0 ? 0.5 : 0,
      group: prompts.indexOf(own.prompt),
    }));
    return { share: mean(values.map(({ value }) => value)), pairs: values.length, ...groupedInterval(values) };
  };
  const biases = judgements.map(biasOf);
  return {
    byOrders: agreement((own) => preferenceOf(own) - 0.5),
    byScore: agreement(({ scores: [better, worse] }) => better - worse),
    betterFirst: agreement(({ sharesOfA: [straight] }) => straight - 0.5),
    worseFirst: agreement(({ sharesOfA: [, swapped] }) => 0.5 - swapped),
    consistent: judgements.filter(({ sharesOfA: [one, two] }) => one > 0.5 !== two > 0.5).length,
    bias: mean(biases),
    biases,
    onMarks: mean(judgements.map(({ onMarks }) => onMarks)),
  };
}

/** Mean over both orders of the probability that the better text is better. */
export function preferenceOf({ sharesOfA: [straight, swapped] }: Pick<RecordedJudgement, "sharesOfA">): number {
  return (straight + 1 - swapped) / 2;
}

export function biasOf({ sharesOfA: [straight, swapped] }: Pick<RecordedJudgement, "sharesOfA">): number {
  return (straight + swapped) / 2 - 0.5;
}

/** null for anything that is no such recording. */
export function parseRecordedJudge(file: unknown): RecordedJudge | null {
  if (!isRecord(file) || file.version !== 1 || !isRecord(file.model) || !Array.isArray(file.judgements)) return null;
  const { id, sha256 } = file.model;
  const judgements = (file.judgements as readonly unknown[]).filter(isJudgement);
  if (typeof id !== "string" || typeof sha256 !== "string") return null;
  if (judgements.length === 0 || judgements.length !== file.judgements.length) return null;
  return { version: 1, model: { id, sha256 }, judgements };
}

const TEXTS = ["prompt", "chosen", "rejected", "rubric"] as const;

function isJudgement(value: unknown): value is RecordedJudgement {
  if (!isRecord(value)) return false;
  const { objective, kind, margin, sharesOfA, onMarks, scores } = value;
  const isShares = isPair(sharesOfA, 0, 1) && isPair(scores, 1, 5);
  const isNamed = typeof objective === "string" && isObjective(objective) && (kind === "story" || kind === "advice");
  return (
    isShares &&
    isNamed &&
    isWithin(margin, 0, 1000) &&
    isWithin(onMarks, 0, 1) &&
    TEXTS.every((key) => typeof value[key] === "string")
  );
}

function isPair(value: unknown, low: number, high: number): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => isWithin(each, low, high));
}

function isWithin(value: unknown, low: number, high: number): boolean {
  return typeof value === "number" && value >= low && value <= high;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
