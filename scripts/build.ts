/**
 * `npm run build [-- --with-model ID] [--site URL] [--for space]`
 *
 * Builds the page into `dist`. Each `--with-model` adds a model of `models/`, in pieces that simple hosts take, so that a
 * class works from one static folder. `--site` is the address at which the build will stand: those who show a link to it
 * ask for whole addresses. `--for space` adds what a static Space of the Hugging Face Hub needs (docs/deploy.md).
 */
import { copyFile } from "node:fs/promises";
import { buildOptions } from "./build/build-options.ts";
import { viteBuild } from "./build/vite-build.ts";
import { runCommand } from "./node/cli.ts";
import { findModels, packModels } from "./served/pack-models.ts";

const MODELS = "models";
const SPACE = "scripts/deploy/space.md";

await runCommand("build", async () => {
  const { models: ids, site, host } = buildOptions(process.argv.slice(2));
  const models = await findModels(ids, MODELS);
  viteBuild("info", site);
  if (host === "space") await copyFile(SPACE, "dist/README.md");
  if (models.length === 0) return;
  await packModels(models, MODELS, "dist");
  console.log(`dist/ carries ${models.map(({ id }) => id).join(", ")}`);
});
