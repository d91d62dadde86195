/** The chat template among what a repository writes: in `tokenizer_config.json`, or in a file of its own. */
import * as v from "valibot";

const NamedTemplates = v.array(v.looseObject({ name: v.string(), template: v.string() }));

/** One template, or the default among several with names; null for none, and for one without a letter. */
export function templateOf(written: unknown): string | null {
  if (typeof written === "string") return written.trim() === "" ? null : written;
  const named = v.safeParse(NamedTemplates, asList(written));
  if (!named.success) return null;
  return templateOf((named.output.find(({ name }) => name === "default") ?? named.output[0])?.template);
}

/** Several templates stand in a list, or in an object by their names. */
function asList(written: unknown): unknown {
  if (typeof written !== "object" || written === null || Array.isArray(written)) return written;
  return Object.entries(written).map(([name, template]: [string, unknown]) => ({ name, template }));
}
