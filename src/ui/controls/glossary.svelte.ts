/** The explanations of terms: read on demand, so they come after the first paint. */
import { Fetched } from "./fetched.svelte.ts";

export const glossary = new Fetched(() => import("../words/glossary.ts"));
