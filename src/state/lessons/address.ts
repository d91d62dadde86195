/** Where lessons stand in the part of the address after "#": `#lessons` is the list, `#lesson-ID` one of them. */

const LIST = "#lessons";
const ONE = "#lesson-";

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
