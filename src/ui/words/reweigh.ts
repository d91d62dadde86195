/** What the page says of a re-weighted lane, and of how far its numbers can be trusted. */
import type { ReweighedLane } from "../../core/reweighing.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { ReweighedFinding } from "../../state/what-if/reweighed-view.ts";
import { fixed, visibleToken } from "./format.ts";
import { pushName } from "./names.ts";

export function findingText(finding: ReweighedFinding): string {
  switch (finding.type) {
    case "nothing-steers":
      return "nothing to re-weight, because nothing steers this lane.";
    case "unchanged-settings":
      return "runs on weights of its own, which have not moved.";
    case "not-judged":
      return "not judged yet, so there is nothing to rank.";
    case "unranked":
      return "cannot be ranked by these weights: nothing scores what they ask for.";
    case "working":
      return "reading…";
    case "same-text":
      return "would say the same words.";
    case "parts":
      return `would part at token ${finding.position + 1}, with “${visibleToken(finding.wouldSay)}” in place of “${visibleToken(finding.said)}”.`;
    case "same-sample":
      return `would still choose sample ${finding.chosen + 1}.`;
    case "other-sample": {
      const choice = `would choose sample ${finding.instead + 1} in place of ${finding.chosen + 1}`;
      return finding.hasText ? `${choice}; it is shown.` : `${choice}, whose text this recording has not kept.`;
    }
    default:
      return finding satisfies never;
  }
}

/** One sentence on all lanes that were weighed: exact, or how much may lie outside what was kept. */
export function exactnessText(answers: readonly ReweighedLane[], sources: readonly SourceSpec[] = []): string {
  const known = answers.flatMap((answer) => (answer.type === "steps" ? [answer.exactness] : []));
  if (known.length === 0) return "";
  const filled = [...new Set(known.flatMap((each) => (each.type === "exact" ? each.filled : [])))];
  const absent = [...new Set(known.flatMap((each) => (each.type === "bounded" ? each.absent : [])))];
  const names = (ids: typeof filled): string => ids.map((id) => pushName(id, sources)).join(", ");
  const bounded = known.flatMap((each) => (each.type === "bounded" ? [each] : []));
  const parts: string[] = [];
  if (bounded.length === 0) parts.push("Exact, over the whole vocabulary, on the text that ran.");
  else if (bounded.some(({ tail }) => tail === null)) {
    parts.push("Estimated from the candidates that were kept: how much lies outside them cannot be bounded here.");
  } else {
    const most = Math.max(...bounded.map(({ tail }) => tail ?? 0));
    const share = 100 * most < 0.1 ? "0.1" : fixed(100 * most, 1);
    parts.push(`From the candidates that were kept: at most ${share} % of a step’s probability lies outside them.`);
  }
  if (filled.length > 0) parts.push(`${names(filled)} was off and has read the text afterwards.`);
  if (absent.length > 0) parts.push(`No numbers were kept for ${names(absent)}: it stays off.`);
  return parts.join(" ");
}
