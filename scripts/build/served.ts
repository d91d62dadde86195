import type { Plugin } from "vite";
import { servedModels } from "../served/answer.ts";

/** Offers the models in `models/` in development, as `npm start` does. */
export function served(): Plugin {
  return {
    name: "tiller:served",
    configureServer(server) {
      server.middlewares.use(servedModels("models"));
    },
  };
}
