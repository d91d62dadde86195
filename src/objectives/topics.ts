/**
 * Finds out what a how-to question asks about. A topic is a verb family that takes any object ("clean", "mend") or a
 * specific task (verb and noun together, "make" + "tea"). Specific tasks are looked for first.
 */
import { bareQuestion } from "./template.ts";
import { question, tokenise, topics, type TopicKeys } from "./words.ts";

export interface Topic {
  readonly keys: TopicKeys;
  /** Words that name the object; empty for a specific task. */
  readonly objects: ReadonlySet<string>;
}

/** Content words of the noun phrase that starts `words`. */
function objectWords(words: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const word of words) {
    if (question.end.has(word)) {
      if (found.size > 0) break;
    } else if (!question.skip.has(word)) {
      found.add(word);
    }
  }
  return found;
}

/** The topic of a question, or null when no known topic is asked about. */
export function findTopic(prompt: string): Topic | null {
  const words = tokenise(bareQuestion(prompt));
  // A verb counts as the thing asked for only at the start or after a word such as "i" or "to".
  const asked = [...words.entries()].filter(([i]) => i === 0 || question.before.has(words[i - 1] ?? ""));
  for (const keys of topics) {
    const about = new Set(keys.about);
    const isAsked = ([i, verb]: readonly [number, string]) =>
      keys.asks.includes(verb) && words.slice(i + 1).some((word) => about.has(word));
    if (about.size > 0 && asked.some(isAsked)) return { keys, objects: new Set() };
  }
  for (const [i, verb] of asked) {
    const keys = topics.find((topic) => topic.about.length === 0 && topic.asks.includes(verb));
    const objects = keys ? objectWords(words.slice(i + 1)) : new Set<string>();
    if (keys && objects.size > 0) return { keys, objects };
  }
  return null;
}
