/** What a person can mend of a disk's refusals, in words. */
import { BadInput } from "./bad-input.ts";

export const OTHER_PLACE = "choose another place with --to";

/** Any other error stays as it is. @param wayOut what to do where the place cannot be written */
export function asDiskError(error: unknown, place: string, wayOut = OTHER_PLACE): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOSPC" || code === "EDQUOT")
    return new BadInput(`${place}: the disk is full; free some room, then run again`);
  if (code === "EEXIST" || code === "ENOTDIR") {
    return new BadInput(`${place}: a file lies where a folder should; move it away, or ${wayOut}`);
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new BadInput(`${place} cannot be written (${code}); ${wayOut}`);
  }
  return error;
}
