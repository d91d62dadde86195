/** All German words, by the file that holds the English ones. */
import * as counts from "./counts.ts";
import * as header from "./header.ts";
import * as names from "./names.ts";

export const german = { counts, header, names };
