/** Where lessons stand in the part of the address after "#": `#lessons` is the list, `#lesson-ID` one of them. */

const LIST = "#lessons";
const ONE = "#lesson-";
/** The learner's page that hands in, and the teacher's page that reads what a class handed in. */
export const HAND_IN = "#hand-in";
export const CLASS = "#class";

export function lessonAddress(id: string): string {
  return id === "" ? LIST : ONE + id;
}

/** @returns the id of a lesson without what a mail put behind it, "" for the list, null for any other address */
export function lessonInAddress(hash: string): string | null {
  if (hash === LIST) return "";
  return hash.startsWith(ONE) ? (/^[a-z0-9-]*/.exec(hash.slice(ONE.length))?.[0] ?? "") : null;
}

export function isLessonAddress(hash: string): boolean {
  return lessonInAddress(hash) !== null;
}

/** Whether the page opens without a run of its own: a lesson sets the stage itself, and the other pages have none. */
export function bringsNoRun(hash: string): boolean {
  return isLessonAddress(hash) || hash === HAND_IN || hash === CLASS;
}
