/** Words of best-of-N lanes that drop texts early. */
import type { RejectionFacts } from "../../state/stage/rejection-facts.ts";
import { texts, tokens } from "./counts.ts";
import { fixed, signed } from "./format.ts";
import { localized } from "./language.ts";

export const rejectMenu = localized("rejection.rejectMenu", {
  isOn: "Drop texts early",
  share: "Share dropped",
  study: "Measure what was lost",
  hint: "At half length all texts are ranked as they stand, and this share of them is given up.",
  studyHint: "The dropped texts are written to their end all the same, so nothing is saved. They cannot be chosen.",
});

export const rejectionWords = localized("rejection.rejectionWords", {
  title: "Dropped early",
  dropped: ({ dropped, kept, at }: RejectionFacts): string =>
    `${texts(dropped)} of ${dropped + kept}, after ${tokens(at)}`,
  saved: ({ savedTokens, isStudy }: RejectionFacts): string =>
    isStudy
      ? `They took ${tokens(savedTokens)} more, which dropping saves.`
      : `This saved up to ${tokens(savedTokens)} of the policy.`,
  correlation: ({ correlation, texts: count }: RejectionFacts): string =>
    correlation === null
      ? "Rank correlation of half and end: not known here"
      : `Rank correlation of half and end: ${fixed(correlation, 2)}, over ${texts(count)}`,
  lost: ({ lost }: RejectionFacts): string =>
    lost === null
      ? "What was lost is not known: the dropped texts were not finished."
      : lost === 0
        ? "Nothing was lost: the best text was kept."
        : `The best dropped text scores ${signed(lost, 2)} above the chosen one.`,
  half: "score at half",
  remark: "dropped",
});
