/** Words of re-weighting: what other weights would change in each lane, and how exact that is. */
import type { ReweighedLane } from "../../core/reweighing.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { ReweighedFinding } from "../../state/what-if/reweighed-view.ts";
import { fixed, visibleToken, listed } from "./format.ts";
import { pushName } from "./names.ts";
import { localized } from "./language.ts";

export const reweighBar = localized("reweigh.reweighBar", {
  label: "Re-weighted, not decoded",
  title: "Re-weighted, not decoded.",
  back: "Back to what ran",
  goOn: "Continue from here",
  inLane: (name: string) => `in ${name}`,
  goOnTitle: "Writes the rest with these weights, in a new lane",
  full: "To continue from here, remove a lane first. The page shows up to six.",
});

/** Follows the name of its lane. */
export const findingText = localized("reweigh.findingText", (finding: ReweighedFinding): string => {
  switch (finding.type) {
    case "nothing-steers":
      return "No reward steers this lane, so there is nothing to re-weight.";
    case "unchanged-settings":
      return "This lane has weights of its own, and they have not changed.";
    case "needs-run":
      return "This lane chose by its rewards while it wrote. Other weights need a new run.";
    case "not-judged":
      return "The judge has not scored the samples yet, so there is no choice to re-weight.";
    case "unranked":
      return "The samples cannot be ranked by these weights, because nothing scores any of these objectives.";
    case "working":
      return "Computing…";
    case "same-text":
      return "The text would be the same.";
    case "parts":
      return `The text would change at token ${finding.position + 1}: “${visibleToken(finding.wouldSay)}” instead of “${visibleToken(finding.said)}”.`;
    case "same-sample":
      return `The choice would still be sample ${finding.chosen + 1}.`;
    case "other-sample": {
      const [now, before] = [finding.instead + 1, finding.chosen + 1];
      return finding.hasText
        ? `The choice would be sample ${now} instead of sample ${before}. Sample ${now} is shown.`
        : `The choice would be sample ${now} instead of sample ${before}. This recording has no text of sample ${now}.`;
    }
    default:
      return finding satisfies never;
  }
});

/** How exact the numbers of all re-weighted lanes are. */
export const exactnessText = localized(
  "reweigh.exactnessText",
  (answers: readonly ReweighedLane[], sources: readonly SourceSpec[] = []): string => {
    const known = answers.flatMap((answer) => (answer.type === "steps" ? [answer.exactness] : []));
    if (known.length === 0) return "";
    const filled = [...new Set(known.flatMap((each) => (each.type === "exact" ? each.filled : [])))];
    const absent = [...new Set(known.flatMap((each) => (each.type === "bounded" ? each.absent : [])))];
    const names = (ids: typeof filled): string => listed(ids.map((id) => pushName(id, sources)));
    const bounded = known.flatMap((each) => (each.type === "bounded" ? [each] : []));
    const parts: string[] = [];
    if (bounded.length === 0)
      parts.push("The numbers are exact: they cover the whole vocabulary, for the text that ran.");
    else if (bounded.some(({ tail }) => tail === null)) {
      parts.push("The numbers are estimates from the saved candidates. The share of all other tokens is unknown here.");
    } else {
      const most = Math.max(...bounded.map(({ tail }) => tail ?? 0));
      const share = 100 * most < 0.1 ? "0.1" : fixed(100 * most, 1);
      parts.push(
        `The numbers come from the saved candidates. All other tokens have at most ${share} % of the probability of a step.`,
      );
    }
    if (filled.length > 0) parts.push(`Weight 0 in the run, scored afterwards: ${names(filled)}.`);
    if (absent.length > 0) parts.push(`No scores saved, so the weight has no effect: ${names(absent)}.`);
    return parts.join(" ");
  },
);
