/**
 * `npm run -s bench -- [--rounds 5] [--models FOLDER]`
 *
 * Runs the engine beside transformers.js' `generate()` on the same model files, in headless Chromium: times on
 * WebAssembly, calls per token on WebGPU (times as well where there is a real graphics card). Then what the page costs,
 * and a step of models as large as SmolLM2-135M. The last line is JSON.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { BUNDLE } from "../src/engine/bundle/assemble.ts";
import { cardLines, cardRows, type CardRow } from "./bench/card.ts";
import { countSteps } from "./bench/counts.ts";
import { fullSizeLines, measureFullSize } from "./bench/full-size.ts";
import { measurePage } from "./bench/page.ts";
import { measureReal, realLines } from "./bench/real.ts";
import { countedRows, table, timedRows, type BenchRow } from "./bench/report.ts";
import { timeRounds } from "./bench/time.ts";
import { K, N, TOKENS } from "./bench/workload.ts";
import { openLab, type Lab } from "./lab/open.ts";
import { BadInput, BUNDLED, readOptions, runCommand } from "./node/cli.ts";

const TINY = "test/fixtures/tiny";

function tell(line: string): void {
  console.error(line);
}

/** The bundled models, or the tiny ones, which say nothing about speed but show that everything works. */
function chooseModels(wish: string | undefined): string {
  const folder = wish ?? BUNDLED;
  const missing = BUNDLE.find((id) => !existsSync(`${folder}/${id}/card.json`));
  if (missing === undefined) return folder;
  if (wish !== undefined)
    throw new BadInput(`--models ${wish}: this folder has no ${missing}/card.json; name a folder of models`);
  tell(`warning: ${folder} has no ${missing}; measuring the tiny test models instead, whose times mean little`);
  return TINY;
}

async function load(lab: Lab, backend: "wasm" | "webgpu"): ReturnType<Lab["load"]> {
  await lab.restart();
  const report = await lab.load(backend);
  await lab.page.evaluate((wish) => window.bench.loadPeer(wish), backend);
  return report;
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    // A copy without its history is measured all the same.
    return "unknown";
  }
}

await runCommand("bench", async () => {
  const options = readOptions([], ["rounds", "models"]);
  const rounds = Number(options.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new BadInput(`--rounds ${options.rounds}: give a whole number from 1`);
  const lab = await openLab({ models: chooseModels(options.models), entry: "bench.html", gpu: "best" });
  const rows: BenchRow[] = [];
  const card: CardRow[] = [];
  const devices = [cpus()[0]?.model.trim() ?? "processor"];
  try {
    const { device: wasm } = await load(lab, "wasm");
    devices.push(`WebAssembly on ${wasm.threads} thread${wasm.threads === 1 ? "" : "s"}`);
    rows.push(...timedRows("wasm", await timeRounds(lab, rounds, tell), null));
    const report = await load(lab, "webgpu");
    const gpu = report.device;
    devices.push(`WebGPU on ${gpu.adapter}${gpu.isSoftware ? " (software: counts only)" : ""}`);
    const counts = await countSteps(lab);
    rows.push(
      ...(gpu.isSoftware ? countedRows(counts) : timedRows("webgpu", await timeRounds(lab, rounds, tell), counts)),
    );
    card.push(...(await cardRows(lab, { report, plausible: [0, 0.1], tokens: [4, 12] })));
  } finally {
    await lab.close();
  }
  console.log(table(rows));
  for (const line of cardLines(card)) console.log(line);
  for (const line of await measurePage()) console.log(line);
  const fullSize = await measureFullSize();
  for (const line of fullSizeLines(fullSize)) console.log(line);
  const real = await measureReal(tell);
  const noReal = ["real model: not measured; npm run get-model -- smollm2-135m-instruct fetches it"];
  for (const line of real === null ? noReal : realLines(real)) console.log(line);
  const device = devices.join("; ");
  const workload = { tokens: TOKENS, k: K, n: N };
  const browser = `Chromium ${lab.browserVersion}`;
  console.log(
    JSON.stringify({
      commit: commit(),
      device,
      browser,
      workload,
      rows: [...rows, ...card, ...fullSize, ...(real ?? [])],
    }),
  );
});
