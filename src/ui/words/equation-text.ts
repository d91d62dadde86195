import type { TokenFacts } from "../../state/stage/inspect.ts";
import { asText } from "./csv.ts";

/** The equation of a step as tab-separated lines for a spreadsheet, one a candidate, unrounded. */
export function equationText(facts: TokenFacts): string {
  const ids = facts.pushes.map((push) => push.id);
  const head = ["token id", "text", "base log p", ...ids, "minus log Z'", "guided log p"];
  const rows = facts.candidates.map((each) => [
    each.id,
    // In quotes, so that spaces and line ends of a token are seen.
    JSON.stringify(asText(each.text ?? "")),
    each.baseLogprob,
    ...ids.map((id) => each.pushes.find((push) => push.id === id)?.nats ?? 0),
    -facts.logZ,
    each.guidedLogprob,
  ]);
  return [head, ...rows].map((row) => row.join("\t")).join("\n");
}
