/** Who hands in: a name if one was given, and a number that the device drew, both kept on the device. */
import * as v from "valibot";
import type { KeptText } from "../settings/tab-storage.ts";
import { readJson } from "../settings/untrusted.ts";
import { bodySchema, MAX_LEARNER_NAME, type HandIn } from "./hand-in.ts";

const KEY = "tiller.learner";

/** @param newId 32 hexadecimal digits, drawn where the device has none yet */
export function keptLearner(storage: KeptText | null, newId: () => string): HandIn["learner"] {
  const kept = storage?.getItem(KEY) ?? null;
  const reading = kept === null ? null : readJson(kept);
  const result = reading?.type === "json" ? v.safeParse(bodySchema.entries.learner, reading.value) : null;
  return result?.success === true ? result.output : { id: newId(), name: "" };
}

export function keepLearner(storage: KeptText | null, { id, name }: HandIn["learner"]): HandIn["learner"] {
  const learner = { id, name: plainName(name) };
  storage?.setItem(KEY, JSON.stringify(learner));
  return learner;
}

/** Without line ends, other control characters, and marks that turn the direction of what follows. */
export function plainName(name: string): string {
  return name
    .replaceAll(/[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, " ")
    .trim()
    .slice(0, MAX_LEARNER_NAME);
}

/** Names of a class in its order. Two of one name are told apart by a number. */
export function learnerNames(handIns: readonly HandIn[], nameless: string): readonly string[] {
  const seen = new Map<string, number>();
  return handIns.map(({ learner }) => {
    const name = plainName(learner.name) || nameless;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
