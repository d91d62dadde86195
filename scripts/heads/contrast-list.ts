/** Contrasts that heads are taught, from the command line or from a file. */
import { readFile } from "node:fs/promises";
import type { Contrast } from "../../src/engine/teach/teach-contrast.ts";
import { BadInput } from "../node/bad-input.ts";

export interface NamedContrast extends Contrast {
  readonly name: string;
}

const KEYS = ["name", "better", "worse"] as const;

/** @throws BadInput with the place of what is wrong */
export async function readContrasts(file: string): Promise<readonly NamedContrast[]> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new BadInput(`--contrasts ${file}: there is no such file`);
  });
  return parseContrasts(text, `--contrasts ${file}`);
}

/** @param where of the message: what the text was read from */
export function parseContrasts(text: string, where: string): readonly NamedContrast[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadInput(`${where}: this is not JSON`);
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw new BadInput(`${where}: give a list of {"name": …, "better": …, "worse": …}`);
  }
  const contrasts = value.map((each: unknown, at) => contrastOf(each, `${where}: entry ${at + 1}`));
  const twice = contrasts.find(({ name }, at) => contrasts.findIndex((each) => idOf(each.name) === idOf(name)) < at);
  if (twice !== undefined) throw new BadInput(`${where}: two contrasts have the name ${twice.name}; rename one`);
  return contrasts;
}

/** A head's id: the name in small letters, with hyphens. */
export function idOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^\w.-]+/g, "-");
}

function contrastOf(value: unknown, where: string): NamedContrast {
  if (typeof value !== "object" || value === null) throw new BadInput(`${where}: this is no object`);
  const entries = Object.entries(value);
  const odd = entries.find(([key]) => !KEYS.some((known) => known === key));
  if (odd !== undefined) throw new BadInput(`${where}: it has ${odd[0]}, and may have ${KEYS.join(", ")} alone`);
  const text = (key: (typeof KEYS)[number]): string => {
    const found: unknown = entries.find(([name]) => name === key)?.[1];
    if (typeof found === "string" && found.trim() !== "") return found;
    throw new BadInput(`${where}: ${key} must be a text, got ${JSON.stringify(found) ?? "nothing"}`);
  };
  return { name: text("name"), better: text("better"), worse: text("worse") };
}
