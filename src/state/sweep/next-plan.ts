/** The plan that the form asks for now, with the models that are here. */
import type { LoadReport } from "../../../workers/protocol.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import { planOf, type PlanReading, type SweepForm } from "./form.ts";

/**
 * Models of the Hub know no objective that a sweep could change; lanes with their sources they can repeat. A chat model
 * must be loaded for that, because a sweep by itself loads the page's own models alone.
 */
export function readingOf(
  form: SweepForm,
  settings: Pick<Settings, "data" | "world" | "writing">,
  report: Pick<LoadReport, "lineup"> | null,
): PlanReading {
  const isHub = report?.lineup !== undefined;
  if (form.axis !== "lanes" && isHub) return { type: "incomplete", why: { code: "hub-models" } };
  if (form.axis === "lanes" && !isHub && settings.world === "chat")
    return { type: "incomplete", why: { code: "chat-absent" } };
  return planOf(form, settings.data, settings.writing);
}
