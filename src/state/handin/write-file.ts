/** A hand-in as the text of a file, within its bound: runs are left out, the oldest first, before anything else is. */
import type { HandIn } from "./hand-in.ts";
import { FORMAT, MAX_HAND_IN } from "./hand-in.ts";
import { slug } from "../keep/file-name.ts";
import { checkText } from "./asked.ts";

/** The file to save: named after the learner, where there is a name. */
export function handInFile(handIn: HandIn): { readonly name: string; readonly text: string } {
  const name = slug(handIn.learner.name, handIn.learner.id.slice(0, 6));
  return { name: `tiller-hand-in-${name}.json`, text: writeHandIn(handIn) };
}

/** @returns a text of at most `MAX_HAND_IN` characters */
export function writeHandIn(handIn: HandIn): string {
  return textOf(fitting(handIn));
}

/** The hand-in as its file holds it: with the traces that there is room for. */
export function fitting(handIn: HandIn): HandIn {
  const room = MAX_HAND_IN - 200;
  let left = json(handIn).length - room;
  if (left <= 0) return handIn;
  const oldest = handIn.lessons.flatMap(({ runs }) => runs).toSorted((a, b) => a.finishedAt - b.finishedAt);
  const bare = new Set<HandIn["lessons"][number]["runs"][number]>();
  for (const run of oldest) {
    if (left <= 0) break;
    bare.add(run);
    left -= json(run.trace).length - json(null).length;
  }
  // Requests alone are too much only where prompts are as long as the core takes them.
  const gone = new Set(left > 0 ? oldest : []);
  return {
    ...handIn,
    lessons: handIn.lessons.map((lesson) => ({
      ...lesson,
      runs: lesson.runs.filter((run) => !gone.has(run)).map((run) => (bare.has(run) ? { ...run, trace: null } : run)),
    })),
  };
}

function textOf(handIn: HandIn): string {
  const body = json(handIn);
  return `{"format":"${FORMAT}","version":1,"check":"${checkText(body)}","body":${body}}\n`;
}

/** JSON has no infinities and no NaN: they are written as words, as in a trace. */
function json(value: unknown): string {
  return JSON.stringify(value, (_, own: unknown) =>
    typeof own === "number" && !Number.isFinite(own) ? String(own) : own,
  );
}
