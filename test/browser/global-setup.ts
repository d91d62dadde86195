import type { TestProject } from "vitest/node";
import { buildIfStale } from "../../scripts/build-if-stale.ts";
import { serve } from "../../scripts/serve.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Address of the built page, served with the headers of `npm start`. */
    pageUrl: string;
  }
}

/** Builds the page once and serves it to every browser test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildIfStale();
  const server = await serve({ folder: "dist" });
  project.provide("pageUrl", server.url);
  return () => server.close();
}
