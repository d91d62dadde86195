/** What `npm run teach -- --scorer` reads, and where it writes. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readScorer, valueFileOf } from "../../scripts/heads/scorer-heads.ts";

it("takes a scorer by its name, as JSON, or from a file", async () => {
  const keywords = { type: "keywords", wanted: ["tea"], unwanted: [] };
  const folder = await mkdtemp(join(tmpdir(), "scorer-"));
  try {
    const file = join(folder, "tea.json");
    await writeFile(file, JSON.stringify(keywords));
    expect(await readScorer("simple-words")).toEqual({ type: "simple-words" });
    expect(await readScorer(JSON.stringify(keywords))).toEqual(keywords);
    expect(await readScorer(file)).toEqual(keywords);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it.each([
  ["magic", /--scorer: --scorer\.type must be one of sentiment, simple-words, .*got "magic"/],
  ['{"type":"keywords"}', /--scorer: --scorer\.wanted must be a list/],
  ["{nonsense", /--scorer: .*JSON/],
])("refuses %s with what it may be", async (text, message) => {
  await expect(readScorer(text)).rejects.toThrow(message);
});

it("puts the value head beside the direction", () => {
  expect(valueFileOf("heads/simple.json")).toBe("heads/simple-value.json");
  expect(valueFileOf("simple")).toBe("simple-value.json");
});
