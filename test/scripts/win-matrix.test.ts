/** The win matrix of an eval as a program: what it counts, and what it refuses. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { groupedInterval } from "../../src/core/compare/interval.ts";

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const place = mkdtempSync(join(tmpdir(), "tiller-matrix-"));
afterAll(() => rmSync(place, { recursive: true }));

const run = (promptId: string, seed: number, lane: string, text: string, joy: number | null) => ({
  promptId,
  seed,
  lane,
  text,
  truth: { joy },
  reward: {},
  klSteer: lane === "plain" ? 0 : 1.5,
});

function matrix(...options: readonly string[]): {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
} {
  const args = ["--import", TSX, resolve("scripts/win-matrix.ts"), ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, out: stdout, err: stderr };
}

test("counts wins, ties by length and intervals by prompts, and leaves out what failed", () => {
  const file = join(place, "runs.json");
  const runs = [
    ...["p", "q"].flatMap((id, i) => [
      run(id, 1, "plain", "short", 0),
      run(id, 1, "steered", "a text that is rather longer than the other", i === 0 ? 3 : 0.1),
    ]),
    run("r", 1, "plain", "short", 2),
    run("r", 1, "steered", "short", -2),
    run("s", 1, "plain", "short", null),
    { promptId: "s", seed: 1, lane: "steered", error: { code: "network", message: "gone", details: {} } },
  ];
  writeFileSync(file, JSON.stringify({ version: 1, runs }));
  const { status, out } = matrix("--runs", file, "--by", "truth joy", "--longer-by", "10");
  expect(status).toBe(0);
  // A win, a slight one that is longer, and a loss.
  const values = [1, 0.5, 0].map((value, group) => ({ value, group }));
  const [low, high] = groupedInterval(values).ci95.map((end) => Math.round(100 * end));
  expect(out.split("\n")[3]).toBe(`| steered | 50 (${low}–${high}) | – | 0.37 | 1.50 | 30 |`);
});

test("refuses what it cannot measure or find", () => {
  const none = matrix("--runs", join(place, "nothing.json"), "--by", "truth joy");
  expect([none.status, none.err]).toEqual([
    2,
    expect.stringContaining("there is no such file; npm run eval writes one"),
  ]);
  const wrong = matrix("--runs", join(place, "nothing.json"), "--by", "truth fame");
  expect([wrong.status, wrong.err]).toEqual([2, expect.stringContaining('give "truth joy"')]);
});
