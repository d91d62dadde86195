/** A loaded model compares two lanes by a rubric that the visitor writes; what it said so far is counted. */
import { tally, type ComparisonAnswer, type Tally } from "../../core/comparison.ts";
import { tooSmallToJudge, type ModelSize } from "../../core/model-size.ts";
import { POLICY } from "../../core/sources/spec.ts";
import { toErrorData, type ErrorData } from "../../core/errors.ts";
import type { LoadReport } from "../../../workers/protocol.ts";
import type { Supervisor } from "../worker/supervisor.ts";

/** One lane's shown text. */
export interface ComparedText {
  readonly name: string;
  readonly text: string;
}

export interface Comparison {
  readonly first: ComparedText;
  readonly second: ComparedText;
  readonly answer: ComparisonAnswer;
}

export class LaneComparison {
  model = $state(POLICY);
  rubric = $state("Which text is kinder and more cheerful?");
  isAsking = $state(false);
  error = $state.raw<ErrorData | null>(null);
  /** Of this model and this rubric; another of either begins anew. Newest last. */
  comparisons = $state.raw<readonly Comparison[]>([]);
  readonly #supervisor: Supervisor;
  #countedFor = "";

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
  }

  get tally(): Tally {
    return tally(this.comparisons.map(({ answer }) => answer.verdict));
  }

  async compare(task: string, first: ComparedText, second: ComparedText): Promise<void> {
    if (this.isAsking) return;
    const { model, rubric } = this;
    this.isAsking = true;
    this.error = null;
    try {
      const question = { model, rubric, task, first: first.text, second: second.text };
      const settled = await this.#supervisor.call((api) => api.compare(question));
      if (settled.ok) this.#note(`${model}\n${rubric}`, { first, second, answer: settled.value });
      else this.error = settled.error;
    } catch (error) {
      this.error = toErrorData(error);
    } finally {
      this.isAsking = false;
    }
  }

  #note(of: string, comparison: Comparison): void {
    const before = this.#countedFor === of ? this.comparisons : [];
    this.#countedFor = of;
    this.comparisons = [...before, comparison];
  }
}

/** The size of a judge that is too small for its verdicts to mean much; null for another, and where no models are here. */
export function smallJudge(judge: string, report: Pick<LoadReport, "models"> | null): ModelSize | null {
  const model = report?.models.find(({ id, kind }) => (judge === POLICY ? kind === "policy" : id === judge));
  return model === undefined ? null : tooSmallToJudge(model);
}
