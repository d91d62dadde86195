/**
 * `npm run pack -- --lesson ID|--link URL [--with-model ID]… [--lang en|de] [--out FOLDER|FILE.zip]`
 *
 * Makes one folder, or a zip file, that a class works from without the internet: any static server serves it, or one of
 * the two small servers in it.
 */
import { parseArgs } from "node:util";
import { lessonInAddress } from "../src/state/lessons/address.ts";
import { SHIPPED_LESSONS } from "../src/state/lessons/shipped.ts";
import { buildIfStale } from "./build-if-stale.ts";
import { BadInput, runCommand } from "./node/cli.ts";
import { classAddressOf } from "./pack/class-address.ts";
import { makePack } from "./pack/make-pack.ts";
import { findModels } from "./served/pack-models.ts";

const MODELS = "models";
const USAGE =
  "npm run pack -- --lesson one-token [--with-model smollm2-135m-instruct] [--lang de] [--out FOLDER|FILE.zip]";

function readWish() {
  const text = { type: "string" } as const;
  const options = {
    lesson: text,
    link: text,
    lang: text,
    out: text,
    "with-model": { ...text, multiple: true },
  } as const;
  try {
    return parseArgs({ options, strict: true }).values;
  } catch (error) {
    throw new BadInput(`${error instanceof Error ? error.message : String(error)}; usage: ${USAGE}`);
  }
}

await runCommand("pack", async () => {
  const { lesson = null, link = null, lang = null, out, "with-model": models = [] } = readWish();
  const address = classAddressOf({ lesson, link, lang, models });
  const found = await findModels(models, MODELS);
  const id = lessonInAddress(address.slice(address.indexOf("#")));
  const title = SHIPPED_LESSONS.find((each) => each.id === id)?.title.en;
  const place = out ?? `packs/${title === undefined ? "class" : id}`;
  console.log("Building the page (nothing to do when it is up to date) ...");
  await buildIfStale();
  const opens = title === undefined ? "the page as the class link says" : `the lesson “${title}”`;
  const plan = { dist: "dist", address, opens, models: found, modelsFolder: MODELS, out: place };
  const bytes = await makePack(plan);
  console.log(`${place} is ready (${Math.round(bytes / 1e6)} MB). It opens ${opens}.`);
  console.log(`Start it in that folder: node serve.mjs   or   python3 serve.py   (README.txt says more)`);
});
