/** The lanes' figures as a Markdown table and as CSV: the numbers on the screen, unrounded in CSV. */
import type { SourceType } from "../../core/sources/spec.ts";
import { laneFacts, measuredObjectives, weighedSources } from "./facts.ts";
import { requestNow, shownSample, type RunView } from "../run/view.ts";

export type Cell = string | number | null;

/** One row a lane; null where a number is not known or not defined. */
export function figures(view: RunView): {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
} {
  const request = requestNow(view);
  if (request === null) return { head: [], rows: [] };
  const objectives = measuredObjectives(view);
  const sources = weighedSources(request);
  const head = [
    "lane",
    "strategy",
    ...objectives.flatMap((id) => [`${id} truth (sd)`, `${id} judge (sd)`]),
    ...sources.map(({ name, type }) => `${name} (${unitOf(type)})`),
    "KL (nats)",
    "KL is",
    "perplexity",
    "distinct-2",
    "tokens",
    "forwards per token",
    "text",
  ];
  const rows = view.lanes.map((lane, index) => {
    const facts = laneFacts(view, index);
    const found = new Map(facts?.objectives.map((each) => [each.id, each]));
    return [
      lane.request.name,
      lane.request.strategy.id,
      ...objectives.flatMap((id) => [found.get(id)?.truth ?? null, found.get(id)?.reward ?? null]),
      ...sources.map(({ id }) => facts?.sources.find((each) => each.spec.id === id)?.score ?? null),
      facts?.kl?.nats ?? null,
      facts?.kl?.type === "bound" ? "upper bound" : facts?.kl === null ? null : "exact sum",
      facts?.perplexity ?? null,
      facts?.distinct2 ?? null,
      facts?.length ?? null,
      facts?.forwardsPerToken ?? null,
      shownSample(lane)
        .steps.map((step) => step.text)
        .join("")
        .trim(),
    ];
  });
  return { head, rows };
}

function unitOf(type: SourceType): string {
  return type === "rule" ? "of the rule" : type === "classifier" ? "nats" : "nats a token";
}

export function toCsv(view: RunView): string {
  const { head, rows } = figures(view);
  return csvOf(head, rows);
}

/** RFC 4180, with the byte order mark left out; a text that a spreadsheet would take for a formula is quoted with '. */
export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(csvCell).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

export function toMarkdown(view: RunView, shown: (value: number) => string): string {
  const { head, rows } = figures(view);
  const cell = (value: Cell): string =>
    value === null
      ? "–"
      : typeof value === "number"
        ? shown(value)
        : value.replaceAll(/[\\|]/g, "\\$&").replaceAll(/\s+/g, " ");
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const marks = head.map((_, column) => (typeof rows[0]?.[column] === "number" ? "---:" : "---"));
  const prompt = requestNow(view)?.prompt.replaceAll(/\s+/g, " ") ?? "";
  return [`> ${prompt}`, "", line(head), line(marks), ...rows.map((row) => line(row.map(cell)))].join("\n");
}

function csvCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
