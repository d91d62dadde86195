/**
 * `npm run -s win-matrix -- --runs O.json --by MEASURE [--slight 0.5] [--longer-by 100]`
 *
 * How often each lane of an eval beats each other one, text against text of one prompt and seed: wins plus half of the ties
 * in per cent, with 95 % intervals by prompts, as a Markdown table. MEASURE is "truth joy", "judge joy", "scorer sentiment"
 * (or formality, flesch, simple-words, brevity), or "pattern P", which is 1 where the pattern P is found. A win by less than
 * --slight standard deviations is a tie if the winner is more than --longer-by characters longer.
 */
import { readFile } from "node:fs/promises";
import { outcomeOf, winRate, type Duel, type WinRate } from "../src/core/compare/win-rate.ts";
import { PLAIN_TYPES, type ScorerSpec } from "../src/core/scorers/spec.ts";
import { mean, populationVariance } from "../src/core/stats.ts";
import { OBJECTIVE_IDS } from "../src/core/types.ts";
import { openScorer } from "../src/engine/scorers/open-scorer.ts";
import type { EvalRun, FailedRun } from "./eval/runs.ts";
import { isFailed } from "./eval/runs.ts";
import { BadInput, readOptions, runCommand } from "./node/cli.ts";

type Read = (run: EvalRun) => number | null;

async function measureOf(by: string): Promise<Read> {
  const [what = "", ...rest] = by.split(" ");
  const name = rest.join(" ");
  const objective = OBJECTIVE_IDS.find((id) => id === name);
  if (what === "truth" && objective !== undefined) return (run) => run.truth[objective] ?? null;
  if (what === "judge" && objective !== undefined) return (run) => run.reward[objective] ?? null;
  const plain = PLAIN_TYPES.find((type) => type === name);
  const spec: ScorerSpec | null =
    what === "scorer" && plain !== undefined
      ? { type: plain }
      : what === "pattern" && name !== ""
        ? { type: "pattern", pattern: name }
        : null;
  if (spec === null)
    throw new BadInput(`--by ${by}: give "truth joy", "judge joy", "scorer ${PLAIN_TYPES.join("|")}" or "pattern P"`);
  const scorer = await openScorer(spec);
  return (run) => scorer.score(run.text.trim());
}

function number(name: string, value: string | undefined, usual: number): number {
  const found = Number(value ?? usual);
  if (found >= 0) return found;
  throw new BadInput(`--${name} ${value}: give a number from 0`);
}

async function runsOf(file: string): Promise<EvalRun[]> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new BadInput(`--runs ${file}: there is no such file; npm run eval writes one`);
  });
  const parsed = JSON.parse(text) as { readonly runs?: readonly (EvalRun | FailedRun)[] };
  const runs = (parsed.runs ?? []).filter((run): run is EvalRun => !isFailed(run));
  if (runs.length === 0) throw new BadInput(`--runs ${file}: it has no runs`);
  return runs;
}

interface Scored {
  readonly run: EvalRun;
  readonly score: number;
}

function duels(first: readonly Scored[], second: readonly Scored[], margin: number, longerBy: number): Duel[] {
  const prompts = [...new Set(first.map(({ run }) => run.promptId))];
  const others = new Map(second.map((own) => [`${own.run.promptId} ${own.run.seed}`, own]));
  const text = ({ run, score }: Scored) => ({ score, length: run.text.trim().length });
  return first.flatMap((one): Duel[] => {
    const other = others.get(`${one.run.promptId} ${one.run.seed}`);
    if (other === undefined) return [];
    const outcome = outcomeOf(text(one), text(other), { margin, longerBy });
    return [{ outcome, group: prompts.indexOf(one.run.promptId) }];
  });
}

function cell(found: WinRate | null): string {
  if (found === null) return "–";
  const [low, high] = found.ci95.map((end) => Math.round(100 * end));
  return `${Math.round(100 * found.rate)} (${low}–${high})`;
}

await runCommand("win-matrix", async () => {
  const options = readOptions(["runs", "by"], ["slight", "longer-by"]);
  const read = await measureOf(options.by);
  const runs = await runsOf(options.runs);
  const scored = runs.flatMap((run): Scored[] => {
    const score = read(run);
    return score === null ? [] : [{ run, score }];
  });
  if (scored.length === 0) throw new BadInput(`--by ${options.by}: no text has such a score`);
  const margin =
    number("slight", options.slight, 0.5) * Math.sqrt(populationVariance(scored.map(({ score }) => score)));
  const longerBy = number("longer-by", options["longer-by"], 100);
  const lanes = [...new Set(runs.map(({ lane }) => lane))];
  const of = (lane: string): Scored[] => scored.filter(({ run }) => run.lane === lane);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const average = (values: readonly number[], digits: number): string =>
    values.length === 0 ? "–" : mean(values).toFixed(digits);
  console.log(line(["wins of", ...lanes.map((lane) => `against ${lane}`), "score", "KL to plain", "characters"]));
  console.log(line(["---", ...lanes.map(() => "---"), "---:", "---:", "---:"]));
  for (const lane of lanes) {
    const own = of(lane);
    const cells = lanes.map((other) => (other === lane ? "–" : cell(winRate(duels(own, of(other), margin, longerBy)))));
    const kl = own.flatMap(({ run }) => run.klSteer ?? []);
    const lengths = own.map(({ run }) => run.text.trim().length);
    console.log(
      line([
        lane,
        ...cells,
        average(
          own.map(({ score }) => score),
          2,
        ),
        average(kl, 2),
        average(lengths, 0),
      ]),
    );
  }
});
