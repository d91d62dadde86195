import type { LensDetail } from "../../../core/lens/reading.ts";
import { BLANK, figures, fixed, signed, visibleToken } from "../format.ts";
import type * as english from "../lens.ts";
import { texts, tokens } from "./counts.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { SCORER_NAMES } from "./scorers.ts";
import { shownName } from "./shown-names.ts";
import { SOURCE_TYPE_NAMES } from "./sources.ts";
import { settingWords } from "./sweep.ts";

export const lens: typeof english.lens = {
  title: "Lupe",
  settings: "Was gelesen wird",
  closeSettings: "Schließen",
  about:
    "Die Lupe liest einen fertigen Text, wie eine Belohnung ihn liest: Token für Token, wo die Belohnung das kann, und neben anderen Texten. Eine Belohnung und einen Text wählen, dann „Lesen“ drücken.",
  reward: "Belohnung",
  after: "Wertung nach jedem",
  text: "Text",
  noText: "Noch kein Text. Auf der Spielwiese starten, unten einen Text einfügen oder Proben schreiben lassen.",
  from: "Texte aus",
  prompt: "Prompt des eingefügten Textes",
  promptHint: "Leer: der Prompt des Laufs.",
  paste: "Einen Text einfügen",
  pasteHint: "Eine Zeile aus drei Strichen trennt mehrere Texte.",
  read: "Lesen",
  stop: "Beenden",
  progress: "Wie weit es ist",
  needsModel: "Zuerst wird das Modell geladen.",
  judgeHint: "Der Gutachter bewertet ganze Texte.",
};

export const FROM_NAMES: typeof english.FROM_NAMES = { run: "dem Lauf", sweep: "der Messreihe" };
export const AFTER_NAMES: typeof english.AFTER_NAMES = { sentence: "Satz", "4": "4 Tokens", "1": "Token" };
export const UNIT_NAMES: typeof english.UNIT_NAMES = { tokens: "Tokens", characters: "Zeichen" };

export const WAY_NAMES: typeof english.WAY_NAMES = {
  push: "Schub auf jedes Token",
  value: "Value nach jedem Token",
  prefix: "Wertung des Textes bis hierher",
  whole: "Wertung des ganzen Textes",
};

const OBJECTIVE_READERS = {
  arm: "Belohnungsmodell für Tokens (ARM)",
  value: "Value-Modell",
  judge: "Gutachter",
  truth: "Wahrheit",
} as const;

export const rewardName: typeof english.rewardName = ({ reward }) => {
  if (reward.type !== "source") return `${OBJECTIVE_NAMES[reward.objective]}: ${OBJECTIVE_READERS[reward.type]}`;
  const { source } = reward;
  if (source.type === "scorer" && source.name === source.scorer.type) return SCORER_NAMES[source.scorer.type];
  return `${shownName(source.name)}: ${SOURCE_TYPE_NAMES[source.type]}`;
};

export const unitOf: typeof english.unitOf = ({ reward, way }) => {
  if (reward.type !== "source") return way === "push" ? "nat" : "SD";
  const { source } = reward;
  if (source.type === "scorer" || source.type === "rule") return "Punkte";
  return source.type === "head" && source.kind === "value" ? "SD" : "nat";
};

export const groupName: typeof english.groupName = (label) => {
  if (label.type === "plain") return "Ungesteuerte Proben";
  if (label.type === "pasted") return "Eingefügt";
  return label.type === "lane" ? shownName(label.name) : settingWords(label.setting);
};

export const textOption: typeof english.textOption = (label, place, said) => {
  const short = said.length > 44 ? `${said.slice(0, 43)}…` : said;
  const name = place === null ? groupName(label) : `${groupName(label)} ${place + 1}`;
  return `${name}: ${short === "" ? BLANK : short}`;
};

export const obstacleText: typeof english.obstacleText = (obstacle) =>
  obstacle === "running"
    ? "Auf der Spielwiese läuft etwas. Die Modelle antworten immer nur einem: das Ende abwarten, oder es dort beenden."
    : "Eine Messreihe läuft. Die Modelle antworten immer nur einem: das Ende abwarten, oder sie dort beenden.";

export const stateText: typeof english.stateText = (state) => {
  switch (state.status) {
    case "loading":
      return "Die Modelle sind unterwegs.";
    case "reading":
      return `Gelesen: ${state.done} von ${state.total}.`;
    case "writing":
      return `Proben werden geschrieben: ${fixed((100 * state.done) / state.total, 0)} %.`;
    case "idle":
    case "failed":
      return "";
    default:
      return state satisfies never;
  }
};

export const readDone: typeof english.readDone = (count) => `${texts(count)} gelesen.`;

export const lensText: typeof english.lensText = {
  label: (name, count) => `Der Text, wie ${name} ihn liest, ${tokens(count)}`,
  shown: "Gezeigt als",
  views: { text: "Wörter", numbers: "+ Zahlen", table: "Tabelle" },
  quantity: "Farbe",
  quantities: { value: "Schub", credit: "Verdienst" },
  down: "runter",
  up: "rauf",
  hint: "Auf ein Token zeigen, oder den Text ansteuern und ← → drücken.",
  wholeOnly: "Diese Belohnung bewertet nur ganze Texte, also hat kein Token eine Zahl.",
  notRead: "Dieser Text ist noch nicht gelesen.",
  scale: (most, unit) => `Volle Farbe: ${fixed(most, 2)} ${unit} und mehr.`,
  atWeight: (push) => `Bei Gewicht / β = ${fixed(push, 2)}, wie eine Spur der Spielwiese es zeigen würde.`,
  credits: "Der Verdienst liegt zwischen −½ und ½: wie viel wahrscheinlicher das Token unter dem besseren Prompt ist.",
  end: "Ende des Textes",
  scores: {
    push: "Wertung des ganzen Textes, das Mittel seiner Tokens bei Gewicht / β = 1",
    value: "Value des ganzen Textes",
    prefix: "Wertung des ganzen Textes",
    whole: "Wertung des ganzen Textes",
  },
  members: "Jeder Gutachter",
  length: (count, characters) => `${tokens(count)}, ${characters} Zeichen`,
  cut: "Der Text war nicht zu seinem Ende gekommen.",
  table: {
    caption: "Jedes Token und seine Zahlen",
    token: "Token",
    credit: "Verdienst",
    score: "Wertung bisher",
    sum: "Summe bisher",
  },
};

const VALUE_NAMES: Readonly<Record<LensDetail["type"], string>> = {
  push: "Schub",
  value: "Änderung von V",
  prefix: "Änderung der Wertung",
  whole: "",
};
export const valueName: typeof english.valueName = (type) => VALUE_NAMES[type];

export const tokenText: typeof english.tokenText = (token, type, unit) => {
  const word = token.piece === "" ? lensText.end : `„${visibleToken(token.piece)}“`;
  const parts = [
    token.value === null
      ? `${VALUE_NAMES[type]} nicht bekannt`
      : `${VALUE_NAMES[type]} ${signed(token.value, 2)} ${unit}`,
    ...(token.credit === null ? [] : [`Verdienst ${signed(token.credit, 2)}`]),
    ...(token.score === null ? [] : [`Wertung bisher ${signed(token.score, 2)}`]),
    ...(type === "push" ? [`Summe bisher ${signed(token.sum, 2)}`] : []),
  ];
  return `${word}: ${parts.join("; ")}.`;
};

export const sentences: typeof english.sentences = {
  title: "Satz für Satz",
  caption: (name) => `Was ${name} in jedem Satz hinzufügt`,
  sentence: "Satz",
  sum: (type, unit) => `${type === "push" ? "Summe der Schübe" : "Änderung"} (${unit})`,
  mean: "pro Token",
  tokens: "Tokens",
};

export const scoreText: typeof english.scoreText = (score) => {
  if (score === null) return BLANK;
  return score > 0 ? `+${figures(score, 3)}` : figures(score, 3);
};

export const standing: typeof english.standing = {
  title: "Unter anderen Texten",
  about:
    "Gesteuerter Text hat hohe Wertungen unter der Belohnung, die ihn steuerte. ReMoDetect fand das bei Modellen, die auf Belohnungen trainiert sind (arXiv 2405.17382).",
  none: "Es sind weniger als zwei Texte da. Auf der Spielwiese starten, oder Proben schreiben lassen.",
  unread: "„Lesen“ drücken, um die Texte zu bewerten.",
  histogram: (name) => `Wertungen nach Gruppe: ${name}`,
  axis: (unit) => `Wertung (${unit}) →`,
  counts: "↑ Texte",
  inView: "gezeigter Text",
  aurocTitle: "Wie gut die Belohnung Gruppen unterscheidet",
  auroc: "AUROC",
  aurocHint:
    "Die Chance, dass ein Text der ersten Gruppe eine höhere Wertung hat als einer der zweiten. 0,5 ist kein Unterschied, 1 ist immer.",
  first: "diese Texte",
  second: "gegen diese",
  sizes: "Texte",
  write: "Proben schreiben",
  writeAbout: (count) => `${count} ungesteuerte, auf den Prompt des Laufs, mit seinen Einstellungen.`,
  writeSteered: (count) => `und ${count} jeder gesteuerten Spur`,
  length: "Tokens höchstens",
  unscored: (count) =>
    `${texts(count)} ohne Wertung: Die Belohnung sagt nichts dazu, oder der Text ist zu lang für ihr Modell.`,
  tooFew: "Wenige Texte: Ein Perzentil oder AUROC von weniger als 10 sagt wenig.",
  bin: (group, from, to, count) => `${group}: ${texts(count)} von ${scoreText(from)} bis ${scoreText(to)}`,
  table: ["Gruppe", "Text", "Wertung", "Tokens", "Zeichen"],
};

export const standingText: typeof english.standingText = ({ group, share, others }) => {
  const name = `${groupName(group.label)}, ${texts(others)}`;
  return share === null ? `${name}: Kein anderer Text ist gelesen.` : `${name}: über ${fixed(100 * share, 0)} %.`;
};

export const lengthLens: typeof english.lengthLens = {
  title: "Länge",
  about:
    "Eine Belohnung kann nach der Länge ordnen statt nach dem, wofür sie da ist. Hier steht sie gegen die Länge jedes Textes.",
  group: "Texte",
  unit: "Länge in",
  figure: (name) => `${name} gegen die Länge`,
  x: (unit) => `Länge (${UNIT_NAMES[unit]}) →`,
  y: (unit, isFree) => `↑ ${isFree ? "Belohnung ohne Länge" : "Belohnung"} (${unit})`,
  slider: "p in Belohnung − p · Länge",
  takeOut: "Die Länge herausnehmen",
  putBack: "Zurück zu p = 0",
  spearman: "Spearman von Belohnung und Länge",
  before: "wie sie ist",
  after: (p) => `bei p = ${p}`,
  notDefined: "nicht bestimmt: zu wenige Texte, oder alle gleich lang",
  cut: (cut, all) =>
    `${cut} von ${texts(all)} waren nicht zu ihrem Ende gekommen. Texte, die bei einer Länge abgeschnitten sind, verbergen, was eine Belohnung von der Länge hält. Längere Proben schreiben lassen.`,
  tooFew: "Wenige Texte: Eine Korrelation über weniger als 10 sagt wenig.",
  best: "Der beste dieser Texte",
  judges: "Jeder Gutachter",
  judge: (member) => (member === null ? "Mittel aller" : `Gutachter ${member + 1}`),
  withLength: "Spearman mit der Länge",
  withTruth: "Spearman mit der Wahrheit",
  show: "zeigen",
  judgesHint: "Nahe −1 ordnet ein Gutachter nach Kürze. Einen wählen, um seine Texte zu sehen.",
  marks: "Hohle Marken sind die Belohnung, wie sie ist, gefüllte die Belohnung − p · Länge.",
  winner: { before: "vorher am besten", after: "nachher am besten" },
  table: ["Text", "Länge", "Belohnung", "ohne Länge", "Bemerkung"],
};

export const pointText: typeof english.pointText = ({ text, length, reward, free }, unit) => {
  const said = text.reading.text;
  const short = said.length > 60 ? `${said.slice(0, 59)}…` : said;
  const numbers = `Belohnung ${scoreText(reward)}; ohne Länge ${scoreText(free)}`;
  return `${length} ${UNIT_NAMES[unit]}; ${numbers}: ${short}`;
};
