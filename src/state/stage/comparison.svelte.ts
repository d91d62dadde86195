/** A loaded model compares two lanes by a rubric that the visitor writes; what it said so far is counted. */
import { meanBias, tally, type ComparisonAnswer, type Tally } from "../../core/comparison.ts";
import { MAX_CHECKS } from "../../core/compare/judge-prompts.ts";
import { parseRecordedJudge, type RecordedJudge } from "../../core/compare/recorded-judge.ts";
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
  /** What was asked, so that the reason can be asked for later. */
  readonly model: string;
  readonly rubric: string;
  readonly task: string;
  readonly first: ComparedText;
  readonly second: ComparedText;
  readonly answer: ComparisonAnswer;
}

/** The one sentence that a judge writes on demand. */
export interface Reason {
  readonly of: Comparison;
  readonly text: string;
  readonly isWriting: boolean;
  /** The text that it defends. */
  readonly better: "first" | "second";
}

export interface ComparisonHost extends ComparisonOutlets {
  readonly supervisor: Supervisor;
}

interface ComparisonOutlets {
  /** A recording that comes with the page, parsed; null where there is none. */
  readonly readExample: (file: string) => Promise<unknown>;
  readonly saveFile: (name: string, text: string, type: string) => void;
}

export class LaneComparison {
  model = $state(POLICY);
  rubric = $state("Which text is kinder and more cheerful?");
  /** How many wordings of the question are asked. */
  votes = $state(1);
  /** Questions of the visitor's own, one a line. */
  checklist = $state("");
  isAsking = $state(false);
  /** Prompts read, of all. */
  progress = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  error = $state.raw<ErrorData | null>(null);
  /** Of this visit; the newest last. */
  session = $state.raw<readonly Comparison[]>([]);
  reason = $state.raw<Reason | null>(null);
  /** Of the latest comparison's model and rubric. */
  readonly comparisons = $derived(sameAs(this.session.at(-1), this.session));
  /** Of the latest comparison's model, whatever it was asked. */
  readonly ofModel = $derived(this.session.filter(({ model }) => model === this.session.at(-1)?.model));
  /** What a small judge said of pairs with a known answer; null until it was looked for. */
  recorded = $state.raw<RecordedJudge | null>(null);
  readonly saveFile: ComparisonOutlets["saveFile"];
  readonly #supervisor: Supervisor;
  readonly #readExample: ComparisonOutlets["readExample"];

  constructor(supervisor: Supervisor, { readExample, saveFile }: ComparisonOutlets) {
    this.#supervisor = supervisor;
    this.#readExample = readExample;
    this.saveFile = saveFile;
  }

  /** Brings the recorded judge; a page without its file shows none. */
  async look(): Promise<void> {
    this.recorded ??= parseRecordedJudge(await this.#readExample("judge.json"));
  }

  get tally(): Tally {
    return tally(this.comparisons.map(({ answer }) => answer.verdict));
  }

  /** Over all comparisons of the visit by this model that could be read; null without one. */
  get bias(): number | null {
    return meanBias(this.ofModel.map(({ answer }) => answer));
  }

  get checks(): string[] {
    return checksIn(this.checklist).slice(0, MAX_CHECKS);
  }

  /** Lines beyond those that are asked. */
  get extraChecks(): number {
    return Math.max(0, checksIn(this.checklist).length - MAX_CHECKS);
  }

  async compare(task: string, first: ComparedText, second: ComparedText): Promise<void> {
    if (this.isAsking) return;
    const { model, rubric, votes, checks } = this;
    const question = { model, rubric, task, first: first.text, second: second.text, votes, checks };
    const onProgress = (done: number, total: number): void => void (this.progress = { done, total });
    await this.#asking(async () => {
      const settled = await this.#supervisor.call((api) => api.compare(question, onProgress));
      if (!settled.ok) return settled.error;
      this.session = [...this.session, { model, rubric, task, first, second, answer: settled.value }];
      this.reason = null;
      return null;
    });
  }

  /** Has the judge say in one sentence why the text that it preferred is better; the first on a tie. */
  async explain(of: Comparison): Promise<void> {
    if (this.isAsking) return;
    const better = (of.answer.reading?.preferFirst ?? 0.5) >= 0.5 ? "first" : "second";
    const [first, second] = better === "first" ? [of.first, of.second] : [of.second, of.first];
    const { model, rubric, task } = of;
    const question = { model, rubric, task, first: first.text, second: second.text };
    this.reason = { of, better, text: "", isWriting: true };
    const onText = (text: string): void => {
      if (this.reason?.isWriting === true) this.reason = { of, better, text, isWriting: true };
    };
    await this.#asking(async () => {
      const settled = await this.#supervisor.call((api) => api.explain(question, onText));
      const written = settled.ok ? settled.value : (this.reason?.text ?? "");
      this.reason = written === "" ? null : { of, better, text: written, isWriting: false };
      return settled.ok ? null : settled.error;
    });
    this.reason = settledReason(this.reason);
  }

  async cancel(): Promise<void> {
    await this.#supervisor.askToStop((api) => api.cancelJudging());
  }

  /** @param ask answers with what went wrong */
  async #asking(ask: () => Promise<ErrorData | null>): Promise<void> {
    this.isAsking = true;
    this.progress = null;
    this.error = null;
    try {
      const error = await ask();
      // The visitor knows that they cancelled.
      this.error = error?.code === "aborted" ? null : error;
    } catch (error) {
      this.error = toErrorData(error);
    } finally {
      this.isAsking = false;
    }
  }
}

/** A worker that died leaves what it wrote. */
function settledReason(reason: Reason | null): Reason | null {
  return reason === null ? null : { ...reason, isWriting: false };
}

function sameAs(latest: Comparison | undefined, all: readonly Comparison[]): readonly Comparison[] {
  return all.filter(({ model, rubric }) => model === latest?.model && rubric === latest.rubric);
}

function checksIn(lines: string): string[] {
  return lines.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
}

/** The size of a judge that is too small for its verdicts to mean much; null for another, and where no models are here. */
export function smallJudge(judge: string, report: Pick<LoadReport, "models"> | null): ModelSize | null {
  const model = report?.models.find(({ id, kind }) => (judge === POLICY ? kind === "policy" : id === judge));
  return model === undefined ? null : tooSmallToJudge(model);
}
