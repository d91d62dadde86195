import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "score-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function score(...lines: readonly string[]) {
  const file = join(folder, "texts.jsonl");
  writeFileSync(file, lines.join("\n"));
  return spawnSync(process.execPath, ["--import", "tsx", "scripts/score.ts", file], { encoding: "utf8" });
}

describe("npm run score", () => {
  it("prints one line of six values for each text and skips blank lines", () => {
    const text = { kind: "advice", prompt: "How do I make tea?", response: "First, boil fresh water." };
    const { status, stdout } = score(JSON.stringify(text), "", JSON.stringify({ ...text, kind: "story" }));
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, number | null>);
    expect(status).toBe(0);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ joy: null, helpful: expect.any(Number) as number });
    expect(rows[1]).toMatchObject({ joy: expect.any(Number) as number, helpful: null });
  });

  it.each([
    ['{"kind":"story","prompt":"a","response":"b","mood":1}', "mood"],
    ['{"kind":"poem","prompt":"a","response":"b"}', "poem"],
    ["{oops", "JSON"],
  ])("refuses %s with status 2 and one line", (line, said) => {
    const { status, stderr } = score("", line);
    expect(status).toBe(2);
    expect(stderr).toContain("line 2");
    expect(stderr).toContain(said);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
