/**
 * A model as judge between two texts, asked twice with the texts in both orders.
 *
 *   first asked (x, y), then (y, x):   A B -> x,   B A -> y,   A A or B B -> position bias,   else a tie or unparsable
 *
 * Judging by both orders after Zheng et al., "Judging LLM-as-a-judge", arXiv:2306.05685. Evaluations that toss a coin for
 * the order hide the bias, and some count replies that they cannot read as ties; both are reported apart here.
 */

export type ComparisonReply = "A" | "B" | "tie" | "unparsable";

export type Verdict =
  | { readonly type: "prefers"; readonly winner: "first" | "second" }
  | { readonly type: "tie" }
  /** The judge named the same place both times, whatever stood there. */
  | { readonly type: "position-bias"; readonly favours: "A" | "B" }
  /** At least one reply could not be read. */
  | { readonly type: "unparsable" };

export interface ComparisonQuestion {
  /** Id of a model that sources can ask. */
  readonly model: string;
  /** What counts, in the person's words. */
  readonly rubric: string;
  /** What both texts were to do. */
  readonly task: string;
  readonly first: string;
  readonly second: string;
}

export interface ComparisonAnswer {
  readonly verdict: Verdict;
  /** As the model gave them: with the first text as A, and with the second as A. */
  readonly replies: readonly [string, string];
  /** Batched forwards. */
  readonly forwards: number;
}

/** The question that is put to the judge; it has no memory of the other order. */
export function comparisonPrompt(rubric: string, task: string, a: string, b: string): string {
  return [
    `Compare two texts by this rubric: ${rubric}`,
    `The task was: ${task}`,
    `Text A:\n${a}`,
    `Text B:\n${b}`,
    "Which text is better by the rubric? Reply with the letter A or B alone, or with the word tie.",
  ].join("\n\n");
}

/**
 * Reads a reply. A lone letter counts, also in brackets, quotes or asterisks, after "Answer:" or before a reason; the
 * article of "A good text" does not.
 */
export function parseAnswer(reply: string): ComparisonReply {
  const bare = reply.trim().replace(/^(?:the )?(?:answer|better text|winner)(?: is)?\s*:?\s*/i, "");
  if (/^\W*tie\b/i.test(bare)) return "tie";
  const found = /^[("'*[]*(?:text )?([AB])(?:[)"'*\]]*(?:$|[.,:;!\n-])| is\b| because\b)/.exec(
    bare.replace(/^Text /, "text "),
  );
  return found === null ? "unparsable" : found[1] === "A" ? "A" : "B";
}

/** @param swapped the answer when the second text stood first */
export function verdictOf(straight: ComparisonReply, swapped: ComparisonReply): Verdict {
  if (straight === "unparsable" || swapped === "unparsable") return { type: "unparsable" };
  if (straight === "tie" || swapped === "tie") return { type: "tie" };
  if (straight === swapped) return { type: "position-bias", favours: straight };
  return { type: "prefers", winner: straight === "A" ? "first" : "second" };
}

export interface Tally {
  readonly first: number;
  readonly second: number;
  readonly ties: number;
  readonly biasA: number;
  readonly biasB: number;
  readonly unparsable: number;
}

/** Each comparison counts once, in one column. */
export function tally(verdicts: readonly Verdict[]): Tally {
  const count = (is: (verdict: Verdict) => boolean): number => verdicts.filter(is).length;
  return {
    first: count((each) => each.type === "prefers" && each.winner === "first"),
    second: count((each) => each.type === "prefers" && each.winner === "second"),
    ties: count((each) => each.type === "tie"),
    biasA: count((each) => each.type === "position-bias" && each.favours === "A"),
    biasB: count((each) => each.type === "position-bias" && each.favours === "B"),
    unparsable: count((each) => each.type === "unparsable"),
  };
}
