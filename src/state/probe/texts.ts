/** Texts that pairs are made of: those of this visit, and those that come with the page. */
import type { ProbeText } from "../../core/probe/ask.ts";
import { settingsOf, type SweepPlan } from "../../core/sweep.ts";
import type { RunView } from "../run/view.ts";
import type { SweepPoint } from "../sweep/points.ts";
import wordings from "./wordings.json" with { type: "json" };

export const TEXT_SOURCES = ["recorded", "run", "sweep"] as const;
export type TextSource = (typeof TEXT_SOURCES)[number];

/** A text with the page's own words for its prompt, where it has other ones. */
export function withWordings<T extends ProbeText>(text: T): T {
  const known = (wordings as Readonly<Record<string, readonly string[]>>)[text.prompt];
  return known === undefined ? text : { ...text, wordings: known };
}

/** Every whole text of the run on the screen, those of best-of-N too; none twice. */
export function textsOfRun({ request, lanes }: Pick<RunView, "request" | "lanes">): ProbeText[] {
  if (request === null) return [];
  const { kind, prompt, seed } = request;
  const found = lanes.flatMap(({ samples }) =>
    samples.flatMap(({ result }): ProbeText[] => {
      const text = result?.text.trim() ?? "";
      return result === null || text === "" ? [] : [withWordings({ kind, prompt, seed, text, truth: result.truth })];
    }),
  );
  return withoutRepeats(found);
}

/** Every text of a sweep. @param isPlain only those of plain sampling */
export function textsOfSweep(plan: SweepPlan, points: readonly SweepPoint[], isPlain: boolean): ProbeText[] {
  const settings = settingsOf(plan);
  const own = points.filter(({ setting, text }) => text !== "" && (!isPlain || settings[setting]?.strategy === "base"));
  return withoutRepeats(
    own.map(({ prompt, seed, text, truth }) =>
      withWordings({ kind: plan.kind, prompt: plan.prompts[prompt] ?? "", seed: plan.seeds[seed] ?? 0, text, truth }),
    ),
  );
}

function withoutRepeats(texts: readonly ProbeText[]): ProbeText[] {
  const seen = new Map(texts.map((own) => [`${own.prompt}\n${own.text}`, own]));
  return [...seen.values()];
}
