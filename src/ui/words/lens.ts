/** Words of the lens: texts read through a reward, where they stand, and reward against length. */
import type { LensDetail } from "../../core/lens/reading.ts";
import type { After, LensState, Obstacle } from "../../state/lens/lens.svelte.ts";
import type { GroupLabel } from "../../state/lens/groups.ts";
import type { LengthPoint, LengthUnit } from "../../state/lens/length.ts";
import type { LensWay, RewardChoice } from "../../state/lens/rewards.ts";
import type { Standing } from "../../state/lens/standing.ts";
import { texts, tokens } from "./counts.ts";
import { BLANK, figures, fixed, signed, visibleToken } from "./format.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { SCORER_NAMES } from "./scorers.ts";
import { SOURCE_TYPE_NAMES } from "./sources.ts";
import { settingWords } from "./sweep.ts";
import { localized } from "./language.ts";

export const lens = localized("lens.lens", {
  title: "Lens",
  settings: "What is read",
  closeSettings: "Close",
  about:
    "The lens reads a finished text as a reward reads it: token by token where the reward can, and beside other texts. Choose a reward and a text, and press Read.",
  reward: "Reward",
  after: "Score after each",
  text: "Text",
  noText: "No text yet. Run the playground, paste a text below, or have samples written.",
  from: "Texts from",
  prompt: "Prompt of the pasted text",
  promptHint: "Empty: the prompt of the run.",
  paste: "Paste a text",
  pasteHint: "A line of three dashes parts several texts.",
  read: "Read",
  stop: "Stop",
  progress: "How far it is",
  needsModel: "The model is loaded first.",
  judgeHint: "The judge scores whole texts.",
});

export const FROM_NAMES = localized("lens.FROM_NAMES", { run: "the run", sweep: "the sweep" });
export const AFTER_NAMES: Readonly<Record<After, string>> = localized("lens.AFTER_NAMES", {
  sentence: "sentence",
  "4": "4 tokens",
  "1": "token",
});
export const UNIT_NAMES: Readonly<Record<LengthUnit, string>> = localized("lens.UNIT_NAMES", {
  tokens: "tokens",
  characters: "characters",
});

export const WAY_NAMES: Readonly<Record<LensWay, string>> = localized("lens.WAY_NAMES", {
  push: "Push on each token",
  value: "Value after each token",
  prefix: "Score of the text so far",
  whole: "Score of the whole text",
});

const OBJECTIVE_READERS = {
  arm: "reward model of tokens (ARM)",
  value: "value model",
  judge: "judge",
  truth: "truth",
} as const;

/** "Joy: judge", "Simple: reward head". */
export const rewardName = localized("lens.rewardName", ({ reward }: RewardChoice): string => {
  if (reward.type !== "source") return `${OBJECTIVE_NAMES[reward.objective]}: ${OBJECTIVE_READERS[reward.type]}`;
  const { source } = reward;
  if (source.type === "scorer" && source.name === source.scorer.type) return SCORER_NAMES[source.scorer.type];
  return `${source.name}: ${SOURCE_TYPE_NAMES[source.type].toLowerCase()}`;
});

/** What 1 is. */
export const unitOf = localized("lens.unitOf", ({ reward, way }: RewardChoice): string => {
  if (reward.type !== "source") return way === "push" ? "nats" : "sd";
  const { source } = reward;
  if (source.type === "scorer" || source.type === "rule") return "points";
  return source.type === "head" && source.kind === "value" ? "sd" : "nats";
});

export const groupName = localized("lens.groupName", (label: GroupLabel): string => {
  if (label.type === "plain") return "Plain samples";
  if (label.type === "pasted") return "Pasted";
  return label.type === "lane" ? label.name : settingWords(label.setting);
});

/** In a list of texts: the group's name, and a number where the group has several. */
export const textOption = localized(
  "lens.textOption",
  (label: GroupLabel, place: number | null, said: string): string => {
    const short = said.length > 44 ? `${said.slice(0, 43)}…` : said;
    const name = place === null ? groupName(label) : `${groupName(label)} ${place + 1}`;
    return `${name}: ${short === "" ? BLANK : short}`;
  },
);

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  running:
    "A run is going on in the playground. The models answer one at a time: wait until it is done, or stop it there.",
  sweeping: "A sweep is going on. The models answer one at a time: wait until it is done, or stop it there.",
};
export const obstacleText = localized("lens.obstacleText", (obstacle: Obstacle): string => OBSTACLES[obstacle]);

export const stateText = localized("lens.stateText", (state: LensState): string => {
  switch (state.status) {
    case "loading":
      return "The models are on their way.";
    case "reading":
      return `Reading: ${state.done} of ${state.total}.`;
    case "writing":
      return `Writing samples: ${fixed((100 * state.done) / state.total, 0)} %.`;
    case "idle":
    case "failed":
      return "";
    default:
      return state satisfies never;
  }
});

/** Said once a reading has ended. */
export const readDone = localized("lens.readDone", (count: number): string => `${texts(count)} read.`);

export const lensText = localized("lens.lensText", {
  label: (name: string, count: number) => `The text as ${name} reads it, ${tokens(count)}`,
  shown: "Shown as",
  views: { text: "words", numbers: "+ numbers", table: "table" },
  quantity: "Colour",
  quantities: { value: "push", credit: "credit" },
  down: "down",
  up: "up",
  hint: "Point at a token, or focus the text and press ← →.",
  wholeOnly: "This reward scores whole texts alone, so no token has a number.",
  notRead: "This text is not read yet.",
  scale: (most: number, unit: string) => `Full colour: ${fixed(most, 2)} ${unit} and more.`,
  atWeight: (push: number) => `At weight / β = ${fixed(push, 2)}, as a lane of the rail would show it.`,
  credits: "Credit is between −½ and ½: how much likelier the token is under the better prompt.",
  end: "end of text",
  scores: {
    push: "Score of the whole text, the mean of its tokens at weight / β = 1",
    value: "Value of the whole text",
    prefix: "Score of the whole text",
    whole: "Score of the whole text",
  },
  members: "Each judge",
  length: (count: number, characters: number) => `${tokens(count)}, ${characters} characters`,
  cut: "The text had not come to its end.",
  table: {
    caption: "Each token and its numbers",
    token: "token",
    credit: "credit",
    score: "score so far",
    sum: "sum so far",
  },
});

const VALUE_NAMES: Readonly<Record<LensDetail["type"], string>> = {
  push: "push",
  value: "change of V",
  prefix: "change of the score",
  whole: "",
};
export const valueName = localized("lens.valueName", (type: LensDetail["type"]): string => VALUE_NAMES[type]);

export interface SpokenToken {
  readonly piece: string;
  readonly value: number | null;
  readonly credit: number | null;
  readonly score: number | null;
  readonly sum: number;
}

/** What is said of the token in focus. */
export const tokenText = localized(
  "lens.tokenText",
  (token: SpokenToken, type: LensDetail["type"], unit: string): string => {
    const word = token.piece === "" ? lensText.end : `“${visibleToken(token.piece)}”`;
    const parts = [
      token.value === null
        ? `${VALUE_NAMES[type]} not known`
        : `${VALUE_NAMES[type]} ${signed(token.value, 2)} ${unit}`,
      ...(token.credit === null ? [] : [`credit ${signed(token.credit, 2)}`]),
      ...(token.score === null ? [] : [`score so far ${signed(token.score, 2)}`]),
      ...(type === "push" ? [`sum so far ${signed(token.sum, 2)}`] : []),
    ];
    return `${word}: ${parts.join(", ")}.`;
  },
);

export const sentences = localized("lens.sentences", {
  title: "Sentence by sentence",
  caption: (name: string) => `What ${name} adds in each sentence`,
  sentence: "sentence",
  sum: (type: LensDetail["type"], unit: string) => `${type === "push" ? "sum of pushes" : "change"} (${unit})`,
  mean: "a token",
  tokens: "tokens",
});

export const standing = localized("lens.standing", {
  title: "Among other texts",
  about:
    "Guided text scores high under the reward that guided it, as ReMoDetect found of aligned models (arXiv 2405.17382).",
  none: "Fewer than two texts are here. Run the playground, or have samples written.",
  unread: "Press Read to score the texts.",
  histogram: (name: string) => `Scores by group: ${name}`,
  axis: (unit: string) => `score (${unit}) →`,
  counts: "↑ texts",
  inView: "text in view",
  aurocTitle: "How well the reward tells groups apart",
  auroc: "AUROC",
  aurocHint:
    "The chance that a text of the first group scores above one of the second. 0.5 is no difference, 1 is always.",
  first: "these texts",
  second: "against these",
  sizes: "texts",
  write: "Write samples",
  writeAbout: (count: number) => `${count} of plain sampling, to the prompt of the run, with its settings.`,
  writeSteered: (count: number) => `and ${count} of each steered lane`,
  length: "Tokens at most",
  unscored: (count: number) =>
    `${texts(count)} without a score: the reward says nothing of them, or they are too long for its model.`,
  tooFew: "Few texts: a percentile or AUROC of fewer than 10 says little.",
  bin: (group: string, from: number, to: number, count: number) =>
    `${group}: ${texts(count)} from ${scoreText(from)} to ${scoreText(to)}`,
  table: ["group", "text", "score", "tokens", "characters"],
});

/** "The text in view is above 94 % of 16 plain samples." */
export const standingText = localized("lens.standingText", ({ group, share, others }: Standing): string => {
  const name = `${groupName(group.label)}, ${texts(others)}`;
  return share === null ? `${name}: no other text is read.` : `${name}: above ${fixed(100 * share, 0)} %.`;
});

export const lengthLens = localized("lens.lengthLens", {
  title: "Length lens",
  about: "A reward may rank by length and not by what it is for. Here it stands against the length of each text.",
  group: "Texts",
  unit: "Length in",
  figure: (name: string) => `${name} against length`,
  x: (unit: LengthUnit) => `length (${UNIT_NAMES[unit]}) →`,
  y: (unit: string, isFree: boolean) => `↑ ${isFree ? "reward without length" : "reward"} (${unit})`,
  slider: "p in reward − p · length",
  takeOut: "Take the length out",
  putBack: "Back to p = 0",
  spearman: "Spearman of reward and length",
  before: "as it is",
  after: (p: string) => `at p = ${p}`,
  notDefined: "not defined: too few texts, or all of one length",
  cut: (cut: number, all: number) =>
    `${cut} of ${texts(all)} had not come to their end. Texts cut at one length hide what a reward thinks of length. Have longer samples written.`,
  tooFew: "Few texts: a correlation over fewer than 10 says little.",
  best: "Best of these texts",
  judges: "Each judge",
  judge: (member: number | null) => (member === null ? "mean of all" : `judge ${member + 1}`),
  withLength: "Spearman with length",
  withTruth: "Spearman with the truth",
  show: "show",
  judgesHint: "Near −1 a judge ranks by shortness. Choose one to see its texts.",
  marks: "Hollow marks are the reward as it is, filled ones the reward − p · length.",
  winner: { before: "best before", after: "best after" },
  table: ["text", "length", "reward", "without length", "remark"],
});

export function slopeText(p: number): string {
  return figures(p, 2);
}

export const scoreText = localized("lens.scoreText", (score: number | null): string => {
  if (score === null) return BLANK;
  return score > 0 ? `+${figures(score, 3)}` : figures(score, 3);
});

export function correlationText(value: number | null): string {
  return value === null ? lengthLens.notDefined : signed(value, 2);
}

export const pointText = localized(
  "lens.pointText",
  ({ text, length, reward, free }: LengthPoint, unit: LengthUnit): string => {
    const said = text.reading.text;
    const short = said.length > 60 ? `${said.slice(0, 59)}…` : said;
    const numbers = `reward ${scoreText(reward)}, without length ${scoreText(free)}`;
    return `${length} ${UNIT_NAMES[unit]}, ${numbers}: ${short}`;
  },
);
