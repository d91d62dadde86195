/**
 * A run as a hand-in carries it: the tokens, the figures and what decided them, without the candidates that each step weighed
 * and without the name of the graphics card. Figures of whole texts stay as they were computed; those of single steps keep four
 * digits, as the shipped recordings do.
 */
import { significant } from "../../core/rounding.ts";
import type { RowStep, RunEvent, Trace } from "../../core/types.ts";

const DIGITS = 4;

export function slimTrace({ device, events, ...rest }: Trace): Trace {
  return { ...rest, device: { ...device, adapter: "", fallbackReason: null }, events: events.map(slimEvent) };
}

function slimEvent(event: RunEvent): RunEvent {
  if (event.type === "started") return { ...event, device: { ...event.device, adapter: "", fallbackReason: null } };
  return event.type === "step" ? { ...event, rows: event.rows.map(slimRow) } : event;
}

function slimRow(row: RowStep): RowStep {
  const own: { -readonly [Key in keyof RowStep]: RowStep[Key] } = {
    ...row,
    logprob: short(row.logprob),
    baseLogprob: short(row.baseLogprob),
    kl: short(row.kl),
    klSteer: row.klSteer === null ? null : short(row.klSteer),
    entropy: short(row.entropy),
    logZ: short(row.logZ),
    contributions: Object.fromEntries(Object.entries(row.contributions).map(([id, push]) => [id, short(push)])),
  };
  delete own.top;
  return own;
}

function short(value: number): number {
  return significant(value, DIGITS);
}
