/** What the first screen shows around its texts. It comes in one file, after the first paint. */
import { Fetched } from "../controls/fetched.svelte.ts";

export const rest = new Fetched(() => import("./parts.ts"));
