/** Pairs with a known answer out of texts, no more of a kind than are wanted. */
import type { ProbeAsk, ProbeText } from "../../core/probe/ask.ts";
import { pairsFrom, type ProbePair, type Sample } from "../../core/probe/pairs.ts";
import { openScorer } from "../scorers/open-scorer.ts";

export async function pairsOf({
  texts,
  others,
  most,
}: Pick<ProbeAsk, "texts" | "others" | "most">): Promise<ProbePair[]> {
  const sentiment = await openScorer({ type: "sentiment" });
  const known = (own: ProbeText): Sample => ({ ...own, sentiment: sentiment.score(own.text) });
  const all = pairsFrom(texts.map(known), others.map(known));
  const categories = [...new Set(all.map(({ category }) => category))];
  return categories.flatMap((category) =>
    spread(
      all.filter((pair) => pair.category === category),
      most,
    ),
  );
}

/** Of every prompt one before any has two, because pairs of one prompt say less than pairs of several. */
function spread(pairs: readonly ProbePair[], most: number): readonly ProbePair[] {
  const seen = new Map<string, number>();
  const turns = pairs.map(({ origin, prompt }) => {
    const turn = seen.get(origin ?? prompt) ?? 0;
    seen.set(origin ?? prompt, turn + 1);
    return turn;
  });
  const order = pairs.map((_, i) => i).toSorted((a, b) => turns[a]! - turns[b]!);
  return order.slice(0, most).map((i) => pairs[i]!);
}
