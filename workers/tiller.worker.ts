/** The worker's entry: real models, real clock, comlink. */
import { expose } from "comlink";
import { decode } from "../src/engine/decode.ts";
import { fetchSource } from "../src/engine/source.ts";
import { sweep } from "../src/engine/sweep.ts";
import { createApi } from "./api.ts";
import { openEngine } from "./open.ts";
import { workerStarters } from "./runtimes.ts";

const api = createApi({
  open: (options, signal, onProgress) => {
    const baseUrl = new URL(options.baseUrl, self.location.href);
    const starters = workerStarters(new URL("../ort/", baseUrl));
    return openEngine(options, { starters, source: fetchSource(baseUrl.href) }, signal, onProgress);
  },
  decode,
  sweep,
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});

expose(api);
