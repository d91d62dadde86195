/**
 * `npx tsx scripts/heads/table.ts --tries FILE.json [--only id,id] [--with id,id]`
 *
 * The figures of tried lanes as Markdown, one table a head: plain, the contrast, the head at each weight, best-of-N.
 * --with adds the lanes of other heads, scored by this one's contrast.
 */
import { readFile } from "node:fs/promises";
import { readOptions, runCommand } from "../node/cli.ts";
import { figuresOf, type LaneFigures, type TriedLane, type Tries } from "./tries.ts";

const HEADINGS = [
  "lane",
  "score",
  "KL",
  "syllables a word",
  "perplexity",
  "distinct-2",
  "forwards a token",
  "fell apart",
];

function nameOf(lane: TriedLane): string {
  switch (lane.by) {
    case "plain":
      return "plain";
    case "head":
      return `head at ${lane.weight}`;
    case "vas":
      return `VAS, k ${lane.k}, at ${lane.weight}`;
    case "contrast":
      return `contrast at ${lane.weight}`;
    case "best-of-n":
      return `best of ${lane.n} by the contrast`;
    default:
      throw new Error(`unknown lane ${JSON.stringify(lane satisfies never)}`);
  }
}

function rowOf(lane: TriedLane, figures: LaneFigures, head: string): string {
  const { score, klSteer, syllables, perplexity, distinct2, forwards, broken, n } = figures;
  const isOther = "head" in lane && lane.head !== head;
  const half = score.ci95 === null ? "" : ` ± ${((score.ci95[1] - score.ci95[0]) / 2).toFixed(2)}`;
  const signed = `${score.value < 0 ? "−" : "+"}${Math.abs(score.value).toFixed(2)}${half}`;
  const kl = `${lane.by === "best-of-n" ? "≤ " : ""}${klSteer.value.toFixed(1)}`;
  const rest = [kl, syllables.toFixed(2), perplexity.toFixed(2), distinct2.toFixed(3), forwards.toFixed(1)];
  return `| ${[`${isOther ? `${lane.head}, ` : ""}${nameOf(lane)}`, signed, ...rest, `${broken} of ${n}`].join(" | ")} |`;
}

await runCommand("table", async () => {
  const { tries: file, only, with: others = "" } = readOptions(["tries"], ["only", "with"]);
  const tries = JSON.parse(await readFile(file, "utf8")) as Tries;
  const all = tries.lanes.flatMap((lane) => ("head" in lane ? [lane.head] : []));
  for (const head of only?.split(",") ?? new Set(all)) {
    console.log(`### ${head}\n\n| ${HEADINGS.join(" | ")} |\n| --- |${" ---: |".repeat(HEADINGS.length - 1)}`);
    const shown = [head, ...others.split(",")];
    const lanes = tries.lanes.filter((lane) => !("head" in lane) || shown.includes(lane.head));
    for (const lane of lanes) console.log(rowOf(lane, figuresOf(tries, lane.name, head), head));
    console.log("");
  }
});
