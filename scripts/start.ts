import { hostname, networkInterfaces } from "node:os";
import { parseArgs } from "node:util";
import { buildIfStale } from "./build-if-stale.ts";
import { networkAddresses, WITHHELD } from "./network.ts";
import { serve, type RunningServer } from "./serve.ts";
import { listModels } from "./served/list-models.ts";

/** Where `npm run get-model` puts real models. */
const MODELS = "models";

const usage = "usage: npm start -- [--port 1-65535] [--host]";

interface Wish {
  readonly port: number;
  /** Answers other machines too. */
  readonly isOpen: boolean;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function readWish(): Wish {
  try {
    const options = { port: { type: "string", default: "4173" }, host: { type: "boolean", default: false } } as const;
    const { values } = parseArgs({ options });
    const port = Number(values.port);
    if (Number.isInteger(port) && port >= 1 && port <= 65_535) return { port, isOpen: values.host };
    return fail(`--port must be a whole number from 1 to 65535, got "${values.port}"; ${usage}`);
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}; ${usage}`);
  }
}

async function start({ port, isOpen }: Wish): Promise<RunningServer> {
  try {
    return await serve({ folder: "dist", models: MODELS, port, ...(isOpen && { host: "0.0.0.0" }) });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    return fail(`Port ${port} is in use; choose another: npm start -- --port ${port + 1}`);
  }
}

const wish = readWish();
console.log("Building the playground (nothing to do when it is up to date) ...");
await buildIfStale();
const server = await start(wish);
console.log(`Tiller is at ${server.url}   (Ctrl+C stops it)`);
const { models } = await listModels(MODELS);
console.log(
  models.length > 0
    ? `It offers the models in ${MODELS}/: ${models.map(({ id }) => id).join(", ")}`
    : `${MODELS}/ holds no model; "npm run get-model -- smollm2-135m-instruct" puts one there, and the page offers it`,
);
if (wish.isOpen) {
  console.log("Other machines of your network find it at");
  for (const address of networkAddresses(networkInterfaces(), hostname(), wish.port)) console.log(`  ${address}`);
  console.log(WITHHELD);
}
