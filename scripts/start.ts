import { parseArgs } from "node:util";
import { buildIfStale } from "./build-if-stale.ts";
import { serve, type RunningServer } from "./serve.ts";

const usage = "usage: npm start -- [--port 1-65535]";

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function readPort(): number {
  try {
    const { values } = parseArgs({ options: { port: { type: "string", default: "4173" } } });
    const port = Number(values.port);
    if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
    return fail(`--port must be a whole number from 1 to 65535, got "${values.port}"; ${usage}`);
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}; ${usage}`);
  }
}

async function start(port: number): Promise<RunningServer> {
  try {
    return await serve({ folder: "dist", port });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    return fail(`Port ${port} is in use; choose another: npm start -- --port ${port + 1}`);
  }
}

const port = readPort();
console.log("Building the playground (nothing to do when it is up to date) ...");
await buildIfStale();
const server = await start(port);
console.log(`Tiller is at ${server.url}   (Ctrl+C stops it)`);
