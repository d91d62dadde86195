/**
 * Names that come with the page: of lanes, learned rewards, contrasts, personas and recordings. They are kept in English,
 * for they name the same things in links, files and on the command line; here they become words of the page.
 */
import { localized } from "./language.ts";

/** A name that does not come with the page is the visitor's own, and stays as it is. */
export const shownName = localized("shown-names.shownName", (name: string): string => name);
