/** Words of the ways to combine wishes: the choice beside the sliders, the board of winners, and weights that move. */
import { MOVE_EVERY } from "../../core/combine/moving.ts";
import type { WayId } from "../../core/combine/way.ts";
import type { VerdictId } from "../../core/combine/winners.ts";
import { fixed, signed } from "./format.ts";
import { localized } from "./language.ts";

export const WAY_NAMES: Readonly<Record<WayId, string>> = localized("combine.WAY_NAMES", {
  sum: "Weighted sum",
  worst: "Worst of the wishes",
  harmonic: "Harmonic mean",
  goals: "At least (goals)",
  priority: "Priority with margins",
  veto: "Veto",
  majority: "Tournament (majority)",
  robust: "Mean and worst judge",
});

const HINTS: Readonly<Record<WayId, string>> = {
  sum: "A text’s score is the sum of weight times reward. A very good reward can make up for a bad one.",
  worst:
    "The wish that is furthest behind decides. Best-of-N ranks by it. A lane that writes token by token gives it more weight while it writes.",
  harmonic:
    "The weighted harmonic mean of the rewards, each on a scale from 0 to 1. One bad reward pulls it down. The sliders say how much each counts.",
  goals:
    "Each wish has a goal, and more than the goal counts nothing. Best-of-N takes the sample that misses the goals least. A lane that writes token by token raises the weight of a wish that is below its goal and lowers it above.",
  priority:
    "The first wish decides between two samples. If they differ by less than its margin, the next wish decides. The sample with the most wins is shown.",
  veto: "A sample with a reward below its floor is out. Among the others the weighted sum decides.",
  majority:
    "Every sample meets every other one. The one that is better on more than half of the wishes wins the meeting, and the most wins win.",
  robust: "λ times the mean of the judges plus (1 − λ) times the worst of them, each of the weighted sum.",
};

const SHORT: Readonly<Record<VerdictId, string>> = {
  ...WAY_NAMES,
  uncertainty: "Mean less disagreement",
};

export const combineWords = localized("combine.combineWords", {
  title: "Combine",
  label: "How the wishes are combined",
  hint: (way: WayId) => HINTS[way],
  onlyTexts: "This way ranks whole texts. Lanes that write token by token use the weighted sum.",
  onlyWhole:
    "In this way all texts meet each other, and the candidates of a block end at different times. Blockwise lanes use the weighted sum.",
  moves: `The weights move every ${MOVE_EVERY} tokens, by what the text is worth so far.`,
  noTexts: "No lane ranks whole texts. Add a best-of-N lane to see this way at work.",
  oneJudge:
    "The judge is a single model, so the mean and the worst are the same. Choose the five fallible judges to see them differ.",
  noJudge: "Rewards without training have one opinion each, so this is the weighted sum.",
  noWish: "No wish has a weight. Move a slider first.",
  oneWish: "Only one wish has a weight, so there is nothing to combine.",
  target: (name: string) => `${name} at least`,
  floor: (name: string) => `${name} not below`,
  margin: (name: string) => `${name} margin`,
  targets: "Goals, in units of each reward",
  floors: "Floors, in units of each reward",
  margins: "Most important first. Margins are in units of each reward.",
  earlier: (name: string) => `Make ${name} more important`,
  eta: "Step η",
  share: "λ of the mean",
  laneSums: (isInBlocks: boolean) =>
    isInBlocks
      ? "The candidates of a block end at different times and cannot all meet each other, so this lane uses the weighted sum."
      : "This lane writes token by token, so it uses the weighted sum.",
  laneWay: "Combine",
  follow: (way: WayId) => `as the page: ${WAY_NAMES[way]}`,
});

export const wayTable = localized("combine.wayTable", {
  caption: "Who would win under each way",
  way: "way",
  sample: "sample",
  score: "score",
  text: "text",
  name: (way: VerdictId) => SHORT[way],
  used: "this lane",
  nobody: "nobody",
  readText: (sample: number, tied: number) => {
    const same = tied === 1 ? " (1 other scores the same)" : tied > 1 ? ` (${tied} others score the same)` : "";
    return `Text of sample ${sample + 1}${same}`;
  },
  noText: "Recordings keep only the text of the shown sample.",
  numbers:
    "Goals, floors, margins and λ are those of the settings. The ways differ in scale, so compare winners and not scores.",
  agree: (count: number) =>
    count === 1 ? "All ways choose the same sample." : `The ways choose ${count} different samples.`,
});

export const movingWords = localized("combine.movingWords", {
  title: "Weights that move",
  worst: "The wish behind gets more weight.",
  goals: "A wish below its goal gets more weight.",
  meter: (name: string, weight: number, reward: string) => `${name}: weight ${signed(weight, 2)}, ${reward}`,
  reward: (reward: number | null, target: number | null) => {
    if (reward === null) return "reward so far unknown";
    const so = `so far ${signed(reward, 2)}`;
    return target === null ? so : `${so}, goal ${signed(target, 2)}`;
  },
  began: (weight: number) => `began at ${signed(weight, 2)}`,
  steps: (count: number) => (count === 1 ? "1 step" : `${count} steps`),
  notReweighed: "Moved sliders cannot re-weigh this text: its weights moved by what it said. Run again.",
  eta: (eta: number) => `η ${fixed(eta, 1)}`,
});

export const tournamentWords = localized("combine.tournamentWords", {
  summary: (circles: number, share: number) =>
    `Tournament: ${circles === 1 ? "1 circle" : `${circles} circles`}, ${fixed(100 * share, 0)} % of all triples`,
  hint: (wishes: number) =>
    `A sample beats another one if it is better on more than half of the ${wishes === 1 ? "wish" : `${wishes} wishes`}. ${
      wishes < 3
        ? "With fewer than three wishes there are no circles."
        : "In a circle the first beats the second, the second the third, and the third the first: no single score says so."
    }`,
  graph: (drawn: number, all: number, hasCircle: boolean) =>
    `Arrows go from winner to loser. ${drawn < all ? `${drawn} of ${all} samples, those with the most wins and those of the chosen circle.` : `All ${all} samples.`} ${hasCircle ? "The chosen circle is thick." : ""}`,
  circles: "Circles",
  circle: ([a, b, c]: readonly [number, number, number]) => `${a + 1} beats ${b + 1} beats ${c + 1} beats ${a + 1}`,
  more: (count: number) => `and ${count} more`,
  title: "Who beats whom",
  node: (sample: number, wins: number, losses: number) => `Sample ${sample + 1}: ${wins} won, ${losses} lost`,
  head: ["sample", "place", "wins", "losses", "Copeland"],
  winner: "winner",
  against: (sample: number) => `vs ${sample + 1}`,
  result: (result: number | undefined) =>
    result === undefined ? "" : result > 0 ? "won" : result < 0 ? "lost" : "even",
});
