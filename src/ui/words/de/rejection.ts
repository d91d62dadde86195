import { fixed, signed } from "../format.ts";
import type * as english from "../rejection.ts";
import { texts, tokens } from "./counts.ts";

export const rejectMenu: typeof english.rejectMenu = {
  isOn: "Texte früh verwerfen",
  share: "Verworfener Anteil",
  study: "Messen, was verloren ging",
  hint: "Bei halber Länge werden alle Texte geordnet, wie sie dastehen, und dieser Anteil wird aufgegeben.",
  studyHint:
    "Die verworfenen Texte werden trotzdem zu Ende geschrieben, also wird nichts gespart. Gewählt werden können sie nicht.",
};

export const rejectionWords: typeof english.rejectionWords = {
  title: "Früh verworfen",
  dropped: ({ dropped, kept, at }) => `${dropped} von ${texts(dropped + kept)}, nach ${tokens(at)}`,
  saved: ({ savedTokens, isStudy }) =>
    isStudy
      ? `Sie brauchten ${tokens(savedTokens)} mehr. Das Verwerfen spart sie.`
      : `Das sparte bis zu ${tokens(savedTokens)} der Policy.`,
  correlation: ({ correlation, texts: count }) =>
    correlation === null
      ? "Rangkorrelation von Hälfte und Ende: hier nicht bekannt"
      : `Rangkorrelation von Hälfte und Ende: ${fixed(correlation, 2)}, über ${texts(count)}`,
  lost: ({ lost }) =>
    lost === null
      ? "Was verloren ging, ist nicht bekannt: Die verworfenen Texte wurden nicht zu Ende geschrieben."
      : lost === 0
        ? "Nichts ging verloren: Der beste Text wurde behalten."
        : `Der beste verworfene Text liegt um ${signed(lost, 2)} über dem gewählten.`,
  half: "Wertung bei der Hälfte",
  remark: "verworfen",
};
