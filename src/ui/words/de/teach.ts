import type { Metric } from "../../../core/heads/head-card.ts";
import { LESSON_PROMPTS, type HeadTrial, type LessonPhase } from "../../../core/heads/lesson.ts";
import { bytes, count, fixed, plural, seconds, signed } from "../format.ts";
import type * as english from "../teach.ts";
import { SCORER_NAMES } from "./scorers.ts";

export const headChips: typeof english.headChips = {
  label: "Gelernte Belohnungen",
  hint: "Eine gelernte Belohnung steuert jedes Token und braucht keinen zusätzlichen Durchgang:",
  laboratory: "Heads, die aus den Belohnungsmodellen destilliert wurden: Sie steuern ohne eigenes Modell.",
  teach: "Eine Belohnung beibringen …",
  cutOff: (name) => `Die Lehrstunde „${name}“ wurde unterbrochen.`,
  goOn: "Weitermachen …",
  others:
    "Die gelernten Belohnungen, die mit der Seite kommen, gehören zu einem anderen Modell. Diesem hier eigene beibringen.",
};

export const teach: typeof english.teach = {
  title: "Eine Belohnung beibringen",
  intro:
    "Sagen, was belohnt werden soll. Das Modell auf diesem Gerät beantwortet viele Prompts und liest seine Antworten noch einmal. Daraus lernt die Seite, welche Wörter zu bevorzugen sind. Es entsteht ein Regler, der jedes Token steuert und keinen zusätzlichen Durchgang kostet. Eingaben verlassen dieses Gerät nicht.",
  kind: "Was lehrt",
  scorerHint:
    "Ein Bewerter gibt jeder Antwort eine Zahl. Eine Belohnung, die daraus lernt, ist gröber als eine aus zwei Anweisungen und braucht mehr Antworten. Dazu entsteht eine Value-Belohnung, die unfertige Texte beurteilt und VAS-Spuren leitet.",
  better: "Antworten wie diese belohnen (auf Englisch)",
  betterExample: "You answer like a pirate.",
  worse: "Statt wie diese",
  worseExample: "You answer plainly.",
  tried: "Zwei Anweisungen, die erprobt sind",
  name: "Name",
  nameExample: "Pirat",
  size: "Umfang der Lehrstunde",
  prompts: "Eigene Prompts",
  promptsHint: `Einer pro Zeile, auf Englisch. Sie kommen zu den ${LESSON_PROMPTS} dazu, die mit der Seite kommen.`,
  start: "Beibringen",
  cancel: "Abbrechen",
  again: "Eine andere beibringen",
  goOn: ({ perPrompt, ownPrompts }) =>
    `Weiterlernen (${count(perPrompt * (LESSON_PROMPTS + ownPrompts.length))} weitere Antworten)`,
  cutOff: (name) =>
    `Die Lehrstunde „${name}“ wurde unterbrochen. Die geschriebenen und gelesenen Antworten sind erhalten.`,
  goOnCutOff: "Weitermachen",
  forgetCutOff: "Vergessen",
  tryIt: "Schließen und ausprobieren",
  loading: "Zuerst muss das Modell kommen.",
  busy: "Das Modell tut währenddessen nichts anderes. Dieses Fenster darf zugehen.",
  barLabel: "Die Lehrstunde",
  noStates:
    "Das geladene Modell gibt seine Zustände nicht her, also lässt sich ihm keine Belohnung beibringen. Ein anderes Modell laden, zum Beispiel eine GGUF-Datei.",
};

export const TEACHER_NAMES: typeof english.TEACHER_NAMES = {
  contrast: "Zwei Anweisungen",
  scorer: "Eine Wertung von Texten",
};

export const sizeName: typeof english.sizeName = (size, answers) => {
  const names = { quick: "Schnell", usual: "Üblich", thorough: "Gründlich" } as const;
  return `${names[size]}, ${count(answers)} Antworten`;
};

export const DRAFT_PROBLEMS: typeof english.DRAFT_PROBLEMS = {
  better: "Schreiben, was belohnt werden soll.",
  worse: "Schreiben, wie die Antworten nicht sein sollen.",
  same: "Die beiden Anweisungen sind gleich. Zwei verschiedene schreiben.",
};

const PHASES: Readonly<Record<LessonPhase, (done: number, total: number) => string>> = {
  sample: (done, total) => `Antworten werden geschrieben: ${count(done)} von ${count(total)}`,
  read: (done, total) => `Sie werden noch einmal gelesen: ${count(done)} von ${count(total)}`,
  fit: (done, total) => `Es lernt: Schritt ${count(done)} von ${count(total)}`,
  try: (done, total) => `Es wird an neuen Prompts erprobt: ${count(done)} von ${count(total)}`,
};

export const lessonText: typeof english.lessonText = ({ progress, secondsLeft }) => {
  if (progress === null) return "Es geht los …";
  const said = PHASES[progress.phase](progress.done, progress.total);
  return secondsLeft === null ? said : `${said} · noch etwa ${seconds(secondsLeft)}`;
};

const UNITS: Readonly<Record<HeadTrial["unit"], string>> = {
  nats: "nat pro Token",
  sd: "Standardabweichungen ungesteuerter Antworten",
};

export const taught: typeof english.taught = {
  learned: (name) => `„${name}“ ist bereit`,
  slider: "Der Regler steht in der Liste der Belohnungen.",
  explained: (explained, metric) =>
    `Sie erklärt ${percent(explained)} der Token-Belohnungen bei Prompts, aus denen sie nicht gelernt hat${interval(metric, percent)}.`,
  pairs: (pairs) =>
    `Von zwei Antworten auf einen Prompt, aus dem sie nicht gelernt hat, erkennt sie die bessere in ${percent(pairs.value)} von ${count(pairs.n)} Paaren${interval(pairs, percent)}. Zufall wäre 50 %.`,
  gain: ({ gain, unit, strength }) =>
    `Bei Gewicht ${fixed(strength, 1)} und Stärke 1 ändert sich die Wertung ihres Lehrers um ${signed(gain.value, 2)} ${UNITS[unit]}${interval(gain, (value) => signed(value, 2))}.`,
  cost: ({ klSteer, perplexity }) =>
    `Eine Antwort kostet dann ${fixed(klSteer.value, 1)} nat KL, und die Perplexität der Texte geht von ${fixed(perplexity.plain, 1)} auf ${fixed(perplexity.steered, 1)}.`,
  end: ({ end }) => {
    if (end === null) return null;
    return end.isBroken
      ? `Über Gewicht ${fixed(end.weight, 1)} zerfiel der Text in einem Versuch, also endet der Regler dort.`
      : `Bis Gewicht ${fixed(end.weight, 1)} hielt der Text.`;
  },
  weak: "Sie hat wenig gelernt. Eine größere Lehrstunde versuchen, oder etwas beibringen, worin sich Antworten mehr unterscheiden.",
  texts: ({ strength }) =>
    `Dieselben Prompts, ungesteuert und mit der Belohnung bei Gewicht ${fixed(strength, 1)} und Stärke 1`,
  prompt: "Prompt",
  plain: "Ungesteuert",
  steered: "Mit der Belohnung",
};

export const ownHeads: typeof english.ownHeads = {
  title: "Eigene Belohnungen",
  none: "Beigebrachte Belohnungen werden hier behalten, auf diesem Gerät.",
  use: "Verwenden",
  show: "Zeigen",
  export: "Exportieren",
  remove: "Löschen",
  import: "Eine Belohnung aus einer Datei importieren",
  named: (what, name) => `${name}: ${what}`,
  about: ({ card, kind, bytes: size }) =>
    [
      ...(card.teacher.kind === "contrast" ? [`„${card.teacher.better}“ gegen „${card.teacher.worse}“`] : []),
      ...(card.teacher.kind === "scorer" ? [SCORER_NAMES[card.teacher.scorer.type]] : []),
      ...(kind === "value" ? ["leitet VAS und ordnet Proben"] : []),
      ...(card.explained === null ? [] : [`erklärt ${percent(card.explained)}`]),
      plural(card.training.samples, "Antwort", "Antworten"),
      bytes(size),
    ].join(" · "),
  otherModel: "gehört zu einem anderen Modell",
};

function percent(share: number): string {
  return `${fixed(100 * share, 0)} %`;
}

function interval(metric: Metric | undefined, show: (value: number) => string): string {
  const ends = metric?.ci95 ?? null;
  return ends === null ? "" : ` (95-%-Intervall: ${show(ends[0])} bis ${show(ends[1])})`;
}
