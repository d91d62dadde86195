import type { TokenFacts } from "../../state/stage/inspect.ts";

/** The equation of a step as tab-separated lines, one a candidate, unrounded. */
export function equationText(facts: TokenFacts): string {
  const ids = facts.pushes.map((push) => push.id);
  const head = ["token id", "text", "base log p", ...ids, "-log Z'", "guided log p"];
  const rows = facts.candidates.map((each) => [
    each.id,
    JSON.stringify(each.text ?? ""),
    each.baseLogprob,
    ...ids.map((id) => each.pushes.find((push) => push.id === id)?.nats ?? 0),
    -facts.logZ,
    each.guidedLogprob,
  ]);
  return [head, ...rows].map((row) => row.join("\t")).join("\n");
}
