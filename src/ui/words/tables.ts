/** The lanes' figures as a Markdown table and as CSV: the numbers on the screen, unrounded in CSV. */
import { isObjective, pushIds } from "../../core/push-ids.ts";
import type { SourceSpec, SourceType } from "../../core/sources/spec.ts";
import type { ObjectiveId, RunRequest, Weights } from "../../core/types.ts";
import { requestNow, shownSample, strategyNow, type LaneView, type RunView } from "../../state/run/view.ts";
import { laneFacts, measuredObjectives, weighedSources, type KlFact, type LaneFacts } from "../../state/stage/facts.ts";
import { BLANK, pointed } from "./format.ts";
import { csvOf, modelsCell, type Cell } from "./csv.ts";

interface TableRow {
  readonly lane: LaneView;
  readonly facts: LaneFacts | null;
}

interface Column {
  readonly head: string;
  readonly read: (row: TableRow) => Cell | undefined;
}

interface Table {
  readonly head: readonly string[];
  /** One a lane; null where a number is not known or not defined. */
  readonly rows: readonly (readonly Cell[])[];
}

/** What came out. */
export function figures(view: RunView): Table {
  const request = requestNow(view);
  return request === null ? NOTHING : tableOf(view, figureColumns(view, request));
}

/** What came out and what it came from: every row can be run again. */
export function toCsv(view: RunView): string {
  const request = requestNow(view);
  if (request === null) return csvOf([], []);
  const { head, rows } = tableOf(view, [...figureColumns(view, request), ...originColumns(view, request)]);
  return csvOf(head, rows);
}

export function toMarkdown(view: RunView): string {
  const request = requestNow(view);
  if (request === null) return "";
  const { head, rows } = figures(view);
  const shown = (value: Cell): string =>
    value === null ? BLANK : typeof value === "number" ? pointed(value, 2) : inOneLine(value);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const marks = head.map((_, column) => (typeof rows[0]?.[column] === "number" ? "---:" : "---"));
  const about = `Seed ${request.seed}, at most ${request.maxTokens} tokens. Models: ${modelsCell(view.models)}.`;
  return [
    `> ${inOneLine(request.prompt)}`,
    "",
    line(head.map(inOneLine)),
    line(marks),
    ...rows.map((row) => line(row.map(shown))),
    "",
    inOneLine(about),
  ].join("\n");
}

const NOTHING: Table = { head: [], rows: [] };

function tableOf(view: RunView, columns: readonly Column[]): Table {
  const rows = view.lanes.map((lane, index) => ({ lane, facts: laneFacts(view, index) }));
  return {
    head: columns.map(({ head }) => head),
    rows: rows.map((row) => columns.map(({ read }) => read(row) ?? null)),
  };
}

function figureColumns(view: RunView, request: RunRequest): Column[] {
  const objective = (id: ObjectiveId) => (row: TableRow) => row.facts?.objectives.find((each) => each.id === id);
  return [
    { head: "lane", read: ({ lane }) => lane.request.name },
    { head: "strategy", read: ({ lane }) => lane.request.strategy.id },
    ...measuredObjectives(view).flatMap((id) => [
      { head: `${id} truth (sd)`, read: (row: TableRow) => objective(id)(row)?.truth },
      { head: `${id} judge (sd)`, read: (row: TableRow) => objective(id)(row)?.reward },
    ]),
    ...weighedSources(request).map(({ id, name, type }) => ({
      head: `${name} (${unitOf(type)})`,
      read: ({ facts }: TableRow) => facts?.sources.find((each) => each.spec.id === id)?.score,
    })),
    { head: "KL (nats)", read: ({ facts }) => facts?.kl?.nats },
    {
      head: "KL is",
      read: ({ facts }) => (facts?.kl?.type === "bound" ? "upper bound" : facts?.kl === null ? undefined : "exact sum"),
    },
    {
      head: "KL is to",
      read: ({ facts }) =>
        facts?.kl?.to === "base" ? "the base model" : facts?.kl === null ? undefined : "plain sampling",
    },
    { head: "KL to the base model (nats)", read: ({ facts }) => baseKl(facts?.kl ?? null) },
    { head: "perplexity", read: ({ facts }) => facts?.perplexity },
    { head: "distinct-2", read: ({ facts }) => facts?.distinct2 },
    { head: "tokens", read: ({ facts }) => facts?.length },
    { head: "forwards per token", read: ({ facts }) => facts?.forwardsPerToken },
    { head: "text", read: ({ lane }) => laneText(lane) },
  ];
}

/** At temperature 1 without truncation, the one column says it all; for best-of-N it is the estimate. */
function baseKl(kl: KlFact | null): number | undefined {
  return kl === null ? undefined : (kl.toBase ?? kl.estimator ?? kl.nats);
}

/** Sliders that moved during the run stand as they stood at the end, and are counted. */
function originColumns(view: RunView, request: RunRequest): Column[] {
  const setting = (read: (strategy: RunRequest["lanes"][number]["strategy"]) => Cell | undefined) => (row: TableRow) =>
    read(strategyNow(row.lane));
  return [
    { head: "kind", read: () => request.kind },
    { head: "prompt", read: () => request.prompt },
    { head: "seed", read: () => request.seed },
    { head: "length", read: () => request.maxTokens },
    { head: "plausible", read: ({ lane }) => lane.request.sampling.plausible },
    { head: "temperature", read: ({ lane }) => lane.request.sampling.temperature },
    { head: "top-k", read: ({ lane }) => lane.request.sampling.topK },
    { head: "top-p", read: ({ lane }) => lane.request.sampling.topP },
    { head: "min-p", read: ({ lane }) => lane.request.sampling.minP },
    {
      head: "weights",
      read: setting((own) => ("weights" in own ? weightsCell(own.weights, request.sources) : undefined)),
    },
    { head: "strength 1/β", read: setting((own) => ("beta" in own ? 1 / own.beta : undefined)) },
    { head: "k", read: setting((own) => ("k" in own ? own.k : undefined)) },
    { head: "block", read: setting((own) => ("block" in own ? own.block : undefined)) },
    { head: "N", read: setting((own) => ("n" in own ? own.n : undefined)) },
    { head: "ensemble", read: setting((own) => ("ensemble" in own ? own.ensemble : undefined)) },
    { head: "λ", read: setting((own) => ("lambda" in own ? own.lambda : undefined)) },
    { head: "given tokens", read: ({ lane }) => lane.request.opening?.length ?? 0 },
    { head: "slider moves", read: ({ lane }) => lane.marks.length },
    { head: "models", read: () => modelsCell(view.models) },
    {
      head: "device",
      read: () => (view.device === null ? undefined : `${view.device.backend} ${view.device.adapter}`.trim()),
    },
  ];
}

/** "joy 1.5, detail -0.5": unrounded, with the plain minus that programs read. */
export function weightsCell(weights: Weights, sources: readonly SourceSpec[] = []): string {
  return pushIds(weights)
    .map((id) => {
      const name = isObjective(id) ? id : (sources.find((spec) => spec.id === id)?.name ?? id);
      return `${name} ${weights[id] ?? 0}`;
    })
    .join(", ");
}

function laneText(lane: LaneView): string {
  return shownSample(lane)
    .steps.map((step) => step.text)
    .join("")
    .trim();
}

function unitOf(type: SourceType): string {
  if (type === "scorer") return "of the scorer";
  return type === "rule" ? "of the rule" : type === "classifier" ? "nats" : "nats a token";
}

/** A cell of Markdown: one line, with nothing that ends the cell or is taken for markup. */
export function inOneLine(text: string): string {
  return text
    .replaceAll(/[\\|`*_<>[\]~]/g, "\\$&")
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
}
