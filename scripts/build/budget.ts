/** What the page fetches before it shows itself must stay small: the build fails where it grows beyond its bound. */
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Compressed bytes of script that index.html starts with; the models come after. */
export const MOST_SCRIPT_BYTES = 120_000;
const PAGE = "index.html";

/** What is used of a bundle: files by name. */
type Bundle = Readonly<
  Record<
    string,
    | { readonly type: "chunk"; readonly code: string; readonly imports: readonly string[] }
    | { readonly type: "asset"; readonly source: string | Uint8Array }
  >
>;

interface FirstFile {
  readonly name: string;
  /** Compressed by gzip, as a host sends it. */
  readonly bytes: number;
}

/** Scripts that HTML names, as module or for preload, by their path in the build. */
export function scriptsIn(html: string): readonly string[] {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? [];
  const named = tags
    // Browsers that load modules never fetch it.
    .filter((tag) => !/\bnomodule\b/.test(tag))
    .filter((tag) => tag.startsWith("<script") || /\brel="?modulepreload\b/.test(tag))
    .flatMap((tag) => /\b(?:src|href)="(?:\.?\/)?([^"]+)"/.exec(tag)?.[1] ?? []);
  return [...new Set(named)];
}

/**
 * The scripts that a page starts with: those that its HTML names, and what they import at once.
 * @throws Error where the page, or a script that it needs, is not in the bundle
 */
export function firstFiles(bundle: Bundle, page: string): readonly FirstFile[] {
  const html = bundle[page];
  if (html?.type !== "asset") throw new Error(`${page} is not in the build, so what it starts with cannot be counted`);
  const open = [...scriptsIn(String(html.source))];
  if (open.length === 0) throw new Error(`${page} names no script, so what it starts with cannot be counted`);
  const found = new Map<string, FirstFile>();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const chunk = bundle[name];
    if (chunk?.type !== "chunk") throw new Error(`${page} needs ${name}, which is no script of the build`);
    found.set(name, { name, bytes: gzipSync(chunk.code).byteLength });
    open.push(...chunk.imports);
  }
  return [...found.values()].toSorted((a, b) => b.bytes - a.bytes);
}

/** @returns what is wrong, or null where the files keep to the bound */
export function overBudget(files: readonly FirstFile[], bound: number): string | null {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= bound) return null;
  const list = files.map((file) => `${file.name} ${kilobytes(file.bytes)}`).join(", ");
  return (
    `${PAGE} starts with ${kilobytes(bytes)} of compressed script, and may have ${kilobytes(bound)}: ${list}. ` +
    "Fetch what the first paint does without later: see docs/adr/0031-the-first-load-has-a-bound.md."
  );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

export function budget(): Plugin {
  return {
    name: "tiller:budget",
    apply: "build",
    generateBundle: {
      // The HTML is written by then.
      order: "post",
      handler(_, bundle) {
        const trouble = overBudget(firstFiles(bundle, PAGE), MOST_SCRIPT_BYTES);
        if (trouble !== null) this.error(trouble);
      },
    },
  };
}
