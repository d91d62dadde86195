/**
 * `npm run build [-- --with-model ID]`
 *
 * Builds the page into `dist`. Each `--with-model` adds a model of `models/`, in pieces that simple hosts take, so that a
 * class works from one static folder.
 */
import { parseArgs } from "node:util";
import { viteBuild } from "./build/vite-build.ts";
import { BadInput, runCommand } from "./node/cli.ts";
import { findModels, packModels } from "./served/pack-models.ts";

const MODELS = "models";

function readIds(): readonly string[] {
  try {
    const options = { "with-model": { type: "string", multiple: true } } as const;
    return parseArgs({ options }).values["with-model"] ?? [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BadInput(`${reason}; usage: npm run build -- [--with-model smollm2-135m-instruct]`);
  }
}

await runCommand("build", async () => {
  const models = await findModels(readIds(), MODELS);
  viteBuild("info");
  if (models.length === 0) return;
  await packModels(models, MODELS, "dist");
  console.log(`dist/ carries ${models.map(({ id }) => id).join(", ")}`);
});
