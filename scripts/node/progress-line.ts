/** How far a download is, on stderr. */
import type { DownloadProgress } from "../../src/core/hub.ts";
import { DOWNLOAD_PACE, Pace } from "../../src/core/pace.ts";

const SHOW_MS = 500;

/** A line that is written over while bytes arrive. */
export function progressLine(): (bytes: number, total: number) => void {
  const pace = new Pace(DOWNLOAD_PACE);
  let due = 0;
  return (bytes, total) => {
    const now = performance.now();
    pace.mark(now, bytes);
    if (now < due && bytes < total) return;
    due = now + SHOW_MS;
    const left = pace.secondsLeft(total - bytes);
    const time = left === null || bytes >= total ? "" : `, ${Math.ceil(left)} s left`;
    process.stderr.write(`\r${(bytes / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB${time}      `);
    if (bytes >= total) process.stderr.write("\n");
  };
}

/** The same for a model of the Hub; silent where nothing has to be fetched. */
export function downloadLine(): (progress: DownloadProgress) => void {
  const show = progressLine();
  return ({ phase, loadedBytes, totalBytes }) => {
    if (phase === "fetch") show(loadedBytes, totalBytes);
  };
}
