import { listed } from "../format.ts";
import type * as english from "../sweep-plan.ts";
import { prompts, runs, values } from "./counts.ts";
import { OBJECTIVE_NAMES } from "./names.ts";

export const unrankedText: typeof english.unrankedText = (objectives) => {
  const names = listed(objectives.map((id) => OBJECTIVE_NAMES[id]));
  return `Die gewählten Gutachter bewerten ${names} nicht, also kann Best-of-N danach nicht ordnen. Andere Ziele wählen, Best-of-N weglassen oder den sorgfältigen Gutachter nehmen.`;
};

export const whyNoPlan: typeof english.whyNoPlan = (why) => {
  switch (why.code) {
    case "no-prompt":
      return "Einen Prompt wählen, oder einen eintippen.";
    case "no-strategy":
      return "Mindestens eine Strategie wählen.";
    case "same-objectives":
      return "Die beiden Ziele sind dasselbe. Eines ändern.";
    case "no-value":
      return "Mindestens einen Wert eintippen.";
    case "all-zero":
      return "Auf der Spielwiese stehen alle Ziele auf 0. Zuerst einen ihrer Regler bewegen.";
    case "hub-models":
      return "Unter „Was sich ändert“ die Spuren wählen: Modelle vom Hub kennen kein Ziel, das sich ändern ließe, aber eine Messreihe kann die Spuren wiederholen. Für andere Messreihen im Gerätemenü zu den eigenen Modellen der Seite zurückgehen.";
    case "chat-absent":
      return "Das Chatmodell ist nicht geladen. Es einmal auf der Spielwiese starten, dann hier die Messreihe beginnen.";
    case "only-branches":
      return "Jede Spur der Spielwiese ist ein Zweig eines Textes, der zu keinem anderen Prompt passt. Dort eine Spur hinzufügen.";
    case "too-many-prompts":
      return `Gewählt sind ${prompts(why.count)}. Eine Messreihe nimmt höchstens ${why.max}. Einige weglassen.`;
    case "too-many-values":
      return `Eingetippt sind ${values(why.count)}. Eine Messreihe nimmt höchstens ${why.max}. Einige weglassen.`;
    case "too-many-runs":
      return `Diese Messreihe hat ${runs(why.count)}. Die Diagramme zeigen höchstens ${why.max}. Weniger Werte, Prompts, Seeds oder Strategien nehmen.`;
    case "not-a-number":
      return `„${why.typed}“ ist keine ${why.isWhole ? "ganze Zahl" : "Zahl"} von ${why.min} bis ${why.max}.`;
    case "unranked":
      return unrankedText(why.objectives);
    default:
      return why satisfies never;
  }
};
