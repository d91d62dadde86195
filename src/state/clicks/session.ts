/** What a person has chosen so far, and between which answers. Plain data: it is kept on the device as it stands. */
import * as v from "valibot";
import { TEXT_MEASURES, type WrittenAnswer } from "../../core/clicks/answers.ts";
import type { JudgedPair } from "../../core/clicks/preference-pairs.ts";

export interface Session {
  readonly version: 1;
  /** Which model wrote the answers; null before the first. */
  readonly policy: { readonly id: string; readonly key: string } | null;
  /** What each answer's measures are, in their order. */
  readonly measures: readonly Measure[];
  readonly answers: readonly WrittenAnswer[];
  readonly clicks: readonly KeptClick[];
  readonly seed: number;
  /** How many of the prompts that come along were answered. */
  readonly listed: number;
}

export type Measure =
  | { readonly type: "text"; readonly scorer: (typeof TEXT_MEASURES)[number] }
  | {
      readonly type: "head";
      readonly head: string;
      readonly name: string;
      readonly sliderEnd: number;
      /** A value head measures and steers no token. */
      readonly steers: boolean;
    };

/** Two answers side by side, by their places in the session. */
export interface ShownPair {
  readonly left: number;
  readonly right: number;
  /** Drawn at random, and not because it teaches most. */
  readonly isRandom: boolean;
}

export interface KeptClick extends ShownPair {
  readonly choice: "left" | "right" | "same";
}

export function newSession(seed: number): Session {
  const measures = TEXT_MEASURES.map((scorer): Measure => ({ type: "text", scorer }));
  return { version: 1, policy: null, measures, answers: [], clicks: [], seed, listed: 0 };
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const real = v.pipe(v.number(), v.finite());
const schema = v.pipe(
  v.strictObject({
    version: v.literal(1),
    policy: v.nullable(v.strictObject({ id: v.string(), key: v.string() })),
    measures: v.array(
      v.variant("type", [
        v.strictObject({ type: v.literal("text"), scorer: v.picklist(TEXT_MEASURES) }),
        v.strictObject({
          type: v.literal("head"),
          head: v.string(),
          name: v.string(),
          sliderEnd: v.pipe(real, v.gtValue(0)),
          steers: v.boolean(),
        }),
      ]),
    ),
    answers: v.array(
      v.strictObject({
        prompt: v.string(),
        text: v.string(),
        isCut: v.boolean(),
        measures: v.array(v.nullable(real)),
      }),
    ),
    clicks: v.array(
      v.strictObject({
        left: whole,
        right: whole,
        isRandom: v.boolean(),
        choice: v.picklist(["left", "right", "same"]),
      }),
    ),
    seed: whole,
    listed: whole,
  }),
  v.check(
    ({ measures, answers, clicks }) =>
      answers.every((answer) => answer.measures.length === measures.length) &&
      clicks.every(({ left, right }) => Math.max(left, right) < answers.length && left !== right),
    "places that do not exist",
  ),
);

/** Null for what is no session, so that a damaged one never shows another's numbers. */
export function readSession(kept: unknown): Session | null {
  const read = v.safeParse(schema, kept);
  return read.success ? read.output : null;
}

/**
 * With more answers, and with measures that were not there before: of these the earlier answers say nothing.
 * @param own what the measures of the new answers are, in their order
 */
export function withAnswers(session: Session, own: readonly Measure[], more: readonly WrittenAnswer[]): Session {
  const added = own.filter((each) => placeOf(session.measures, each) < 0);
  const measures = [...session.measures, ...added];
  const places = measures.map((each) => placeOf(own, each));
  const known = new Set(session.answers.map(keyOf));
  const answers = [
    ...session.answers.map((answer) => ({ ...answer, measures: [...answer.measures, ...added.map(() => null)] })),
    ...more
      .filter((answer) => !known.has(keyOf(answer)))
      .map((answer) => ({ ...answer, measures: places.map((place) => answer.measures[place] ?? null) })),
  ];
  return { ...session, measures, answers };
}

const keyOf = ({ prompt, text }: WrittenAnswer): string => JSON.stringify([prompt, text]);

function placeOf(measures: readonly Measure[], wanted: Measure): number {
  const key = (each: Measure): string => (each.type === "head" ? `head ${each.head}` : each.scorer);
  return measures.findIndex((each) => key(each) === key(wanted));
}

/** The clicks in words, for export. */
export function judgedPairs({ answers, clicks }: Session): JudgedPair[] {
  return clicks.map(({ left, right, choice }) => {
    const [one, other] = [answers[left]!, answers[right]!];
    return { prompt: one.prompt, left: one.text, right: other.text, choice };
  });
}
