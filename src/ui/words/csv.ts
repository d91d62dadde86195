/** Tables as files that a spreadsheet reads as they are meant. */
import type { ModelRef } from "../../core/types.ts";

export type Cell = string | number | null;

/** Without it Excel takes UTF-8 for the code page of the country, and é for two other characters. */
const BYTE_ORDER_MARK = "\uFEFF";
/** What begins a formula, in full width too, as Japanese keyboards write it; a tab or line end before it is dropped. */
const BEGINS_A_FORMULA = /^[\s\p{Cc}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;

/** RFC 4180 with a byte order mark. */
export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [head, ...rows].map((row) => row.map(csvCell).join(","));
  return `${BYTE_ORDER_MARK}${lines.join("\r\n")}\r\n`;
}

/** A text that a spreadsheet would run as a formula gets an apostrophe, which spreadsheets take for "this is text". */
export function asText(value: string): string {
  return BEGINS_A_FORMULA.test(value) ? `'${value}` : value;
}

/** Several values in one cell. */
export function listCell(values: readonly string[]): string {
  return [...new Set(values)].join(" | ");
}

/** Enough of each hash to find the file again. */
export function modelsCell(models: readonly ModelRef[]): string {
  return listCell(models.map(({ id, sha256 }) => `${id} ${sha256.slice(0, 12)}`));
}

function csvCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = asText(value);
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
