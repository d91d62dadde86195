/**
 * What a run says about a lesson's question. A figure is read from the view of a run, live or recorded, so the learner's
 * number and the class's come from the same function.
 */
import { equalN } from "../../core/compare/equal-n.ts";
import type { ObjectiveId } from "../../core/types.ts";
import { laneFacts } from "../stage/facts.ts";
import { shownSample, type LaneView, type RunView } from "../run/view.ts";
import type { Measure, Question } from "./lesson-file.ts";

/** The right answer of one run. */
export type Outcome =
  | { readonly type: "lane"; readonly lanes: readonly number[]; readonly values: readonly (number | null)[] }
  | { readonly type: "compare"; readonly way: Way; readonly value: number; readonly than: number }
  | { readonly type: "scale"; readonly value: number }
  /** `position` is null where the texts never part. */
  | { readonly type: "word"; readonly position: number | null; readonly before: string; readonly after: string };
export const WAYS = ["more", "same", "less"] as const;
export type Way = (typeof WAYS)[number];

/** A learner's answer: a lane, a way, a number on the scale, or a token's position. */
export type Prediction =
  | { readonly type: "lane"; readonly lane: number }
  | { readonly type: "compare"; readonly way: Way }
  | { readonly type: "scale"; readonly value: number }
  | { readonly type: "word"; readonly position: number };

/** Tokens by which a pointed word may miss and still count as close. */
const NEAR_WORD = 2;

/** @returns null while the run does not say it: not finished, or not defined for its texts */
export function outcome(question: Question, view: RunView): Outcome | null {
  if (view.phase !== "finished") return null;
  switch (question.type) {
    case "which-lane": {
      const values = view.lanes.map((_, lane) => figure(question.measure, view, lane));
      const known = values.filter((value) => value !== null);
      if (known.length < 2) return null;
      const best = question.most ? Math.max(...known) : Math.min(...known);
      return { type: "lane", lanes: values.flatMap((value, lane) => (value === best ? [lane] : [])), values };
    }
    case "compare": {
      const [value, than] = [question.lane, question.than].map((lane) => figure(question.measure, view, lane));
      if (value === null || value === undefined || than === null || than === undefined) return null;
      const difference = value - than;
      const way = Math.abs(difference) <= question.margin ? "same" : difference > 0 ? "more" : "less";
      return { type: "compare", way, value, than };
    }
    case "scale": {
      const value = figure(question.measure, view, question.lane);
      return value === null ? null : { type: "scale", value };
    }
    case "word":
      return parting(view.lanes[question.than], view.lanes[question.lane]);
    default:
      return question satisfies never;
  }
}

export type Verdict = "right" | "close" | "other";

export function judged(question: Question, prediction: Prediction, found: Outcome): Verdict {
  if (prediction.type === "lane" && found.type === "lane") {
    return found.lanes.includes(prediction.lane) ? "right" : "other";
  }
  if (prediction.type === "compare" && found.type === "compare") {
    return prediction.way === found.way ? "right" : "other";
  }
  if (prediction.type === "scale" && found.type === "scale" && question.type === "scale") {
    const miss = Math.abs(prediction.value - found.value);
    if (miss <= question.step / 2) return "right";
    return miss <= question.near ? "close" : "other";
  }
  if (prediction.type === "word" && found.type === "word") {
    if (found.position === null) return "other";
    const miss = Math.abs(prediction.position - found.position);
    if (miss === 0) return "right";
    return miss <= NEAR_WORD ? "close" : "other";
  }
  return "other";
}

/** A number of one lane; null where the run does not have it. */
export function figure(measure: Measure, view: RunView, index: number): number | null {
  const lane = view.lanes[index];
  const facts = laneFacts(view, index);
  if (lane === undefined || facts === null) return null;
  const shown = shownSample(lane);
  switch (measure.of) {
    case "kl":
      return facts.kl?.estimator ?? facts.kl?.nats ?? null;
    case "tokens":
      return facts.length;
    case "characters":
      return [...(shown.result?.text ?? "").trim()].length;
    case "perplexity":
      return facts.perplexity ?? null;
    case "forwards":
      return facts.forwardsPerToken ?? null;
    case "changed":
      return shown.steps.filter(({ token, plainToken }) => token !== plainToken).length;
    case "parting": {
      const found = parting(view.lanes[0], lane);
      return found?.position ?? null;
    }
    case "truth":
      return shown.result?.truth[measure.objective] ?? null;
    case "reward":
      return shown.result?.reward[measure.objective] ?? null;
    case "source":
      return facts.sources.find(({ spec }) => spec.id === measure.source)?.score ?? null;
    case "equal-n":
      return equalNOf(view.lanes[measure.pool], shown.result?.reward[measure.objective], measure.objective);
    default:
      return measure satisfies never;
  }
}

/** Above the pool, it is the pool's size: the page says "or more". */
function equalNOf(pool: LaneView | undefined, target: number | undefined, objective: ObjectiveId): number | null {
  const rewards = (pool?.samples ?? []).flatMap(({ result }) => result?.reward[objective] ?? []);
  if (target === undefined || rewards.length < 2) return null;
  return equalN([rewards.map((value) => ({ rank: value, value }))], target).n;
}

function parting(from: LaneView | undefined, to: LaneView | undefined): Extract<Outcome, { type: "word" }> | null {
  if (from === undefined || to === undefined) return null;
  const [before, after] = [shownSample(from).steps, shownSample(to).steps];
  if (before.length === 0 || after.length === 0) return null;
  const position = after.findIndex((step, at) => step.token !== before[at]?.token);
  if (position === -1) return { type: "word", position: null, before: "", after: "" };
  return {
    type: "word",
    position,
    before: before[position]?.text.trim() ?? "",
    after: after[position]?.text.trim() ?? "",
  };
}
