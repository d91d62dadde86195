/**
 * Which file of the build a module goes into. What index.html needs from the start comes in few files instead of one for
 * each set of later parts that shares it: a file for the page alone, and files for what it shares with the other pages
 * and with translations. So does the rest of the first screen, which comes after the first paint.
 *
 * What translations import stays apart. The page's first file waits for the words of its language, so words that needed
 * something from that file would wait for each other for ever. Whatever a module in a file apart imports is reached by
 * the same roots, so these files never import each other in a circle.
 */
import type { Plugin } from "vite";

const PAGE = /\/index\.html$/;
/** Waits for the words of the page's language. */
const WAITING = /\/src\/ui\/words\/language\.ts$/;
const REST = /\/src\/ui\/rest\/parts\.ts$/;
const TRANSLATION = /\/src\/ui\/words\/(?!en\/)[a-z]{2}\/index\.ts$/;

const SHARED = ["others", "words"] as const;

interface ModuleInfo {
  readonly isEntry: boolean;
  /** Modules that import it at once, not by `import()`. */
  readonly importers: readonly string[];
}
interface Bundle {
  getModuleInfo(id: string): ModuleInfo | null;
}
type Root = "page" | "others" | "words" | "rest";

/** @returns name of the file, or null where the bundler may choose */
export function firstFileOf(id: string, bundle: Bundle): string | null {
  const isEntry = (each: string): boolean => bundle.getModuleInfo(each)?.isEntry === true;
  // A script that an HTML file names starts a page; no other page may load it by chance.
  if (isEntry(id) || bundle.getModuleInfo(id)?.importers.some(isEntry) === true) return null;
  const roots = rootsOf(id, bundle);
  const name = roots.has("page") ? "first" : roots.has("rest") ? "rest" : null;
  return name === null ? null : [name, ...SHARED.filter((root) => roots.has(root))].join("-");
}

/** What reaches a module by imports that are not `import()`. */
function rootsOf(id: string, bundle: Bundle): ReadonlySet<Root> {
  const roots = new Set<Root>();
  const seen = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const info = bundle.getModuleInfo(next);
    if (TRANSLATION.test(next)) roots.add("words");
    else if (REST.test(next)) roots.add("rest");
    else if (info?.isEntry === true) roots.add(PAGE.test(next) ? "page" : "others");
    open.push(...(info?.importers ?? []));
  }
  return roots;
}

interface Chunk {
  readonly type: "chunk";
  readonly moduleIds: readonly string[];
  readonly imports: readonly string[];
}
type Files = Readonly<Record<string, Chunk | { readonly type: "asset" }>>;

/** A file that a translation needs and that waits for translations; null where there is none, as it must be. */
export function waitingFile(files: Files): string | null {
  const chunkOf = (name: string): Chunk | null => {
    const file = files[name];
    return file?.type === "chunk" ? file : null;
  };
  const holds = (name: string, what: RegExp): boolean => chunkOf(name)?.moduleIds.some((id) => what.test(id)) === true;
  const needed = new Set<string>();
  const open = Object.keys(files).filter((name) => holds(name, TRANSLATION));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    open.push(...(chunkOf(name)?.imports ?? []));
  }
  return [...needed].find((name) => holds(name, WAITING)) ?? null;
}

/** Fails the build where a page in another language would wait for itself. */
export function wordsApart(): Plugin {
  return {
    name: "tiller:words-apart",
    apply: "build",
    generateBundle(_, bundle) {
      const name = waitingFile(bundle);
      if (name !== null) this.error(`${name} waits for the translations, and these need something in it`);
    },
  };
}
