/** Which files, folders, npm scripts and Python modules a Markdown page names, so that a test can ask for them. */

export interface Names {
  /** Targets of links, as written: relative to the page, perhaps with `#heading`. */
  readonly links: readonly string[];
  /** Paths in code, as written: `src/core/`, `world/places.py`, `public/models/<id>/`, `docs/*.md`. */
  readonly paths: readonly string[];
  /** `X` of `npm run X`; "start" and "test" of `npm start` and `npm test`. */
  readonly scripts: readonly string[];
  /** `M` of `python -m M`. */
  readonly modules: readonly string[];
}

const ROOTS = /^(?:\.ci|\.github|docs|public|scripts|src|test|training|workers)\//;
const FILE = /^[\w.@*<>/-]*[\w*>-]\.(?:cjs|css|html|js|jsonl?|lock|md|onnx|png|py|svelte|svg|toml|ts|txt|webp|ya?ml)$/;
/** The files that a reader brings along to a command are `F.jsonl`, `R.json` and `O.json`. */
const OWN_FILE = /^[A-Z]\.\w+$/;

export function namesIn(markdown: string): Names {
  const code = codeOf(markdown);
  const words = code.flatMap((piece) => piece.split(/[\s,;|()[\]{}'"“”=]+/)).map((word) => word.replace(/[.:]+$/, ""));
  return {
    links: all(/\]\(([^)\s]+)\)/g, withoutCode(markdown)).filter((target) => !/^[a-z]+:/.test(target)),
    paths: unique(words.filter((word) => (ROOTS.test(word) || FILE.test(word)) && !OWN_FILE.test(word))),
    scripts: all(/\bnpm (?:run (?:-s |--silent )?)?([a-z][\w:-]*)/g, code.join("\n")).filter((name) => !isNpm(name)),
    modules: all(/\bpython3? -m ([\w.]+)/g, code.join("\n")),
  };
}

/** Paths with a folder in the comments of a source file; `docs/adr/0008` stands for the record of that number. */
export function pathsInComments(source: string): string[] {
  const comments = source.split("\n").filter((line) => /^\s*(?:\/?\*|\/\/|#|""")/.test(line));
  const paths = all(/(?<![\w./@-])((?:[\w-]+\/)+[\w.-]+\.(?:ts|svelte|py|md|jsonl?))\b/g, comments.join("\n"));
  return [...paths, ...all(/\b(docs\/adr\/\d{4})\b(?!-)/g, comments.join("\n")).map((path) => `${path}-*.md`)];
}

/** `src/x/*.ts` and `models/<id>/` stand for any name there. */
export function matches(path: string, files: readonly string[]): boolean {
  const isFolder = path.endsWith("/");
  const source = path
    .replace(/\/$/, "")
    .split(/(\*|<[^>]*>)/)
    .map((part, index) => (index % 2 === 1 ? "[^/]*" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)))
    .join("");
  const end = isFolder ? "/" : "(?:/|$)";
  // From the root of the repository, or the end of a longer path: `world/places.py`.
  const start = ROOTS.test(path) ? "^" : "(?:^|/)";
  const pattern = new RegExp(`${start}${source}${end}`);
  return files.some((file) => pattern.test(file));
}

/** The ids that GitHub gives to headings. */
export function anchorsOf(markdown: string): string[] {
  return all(/^#{1,6} +(.+)$/gm, markdown).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

/** Blocks between fences, blocks with four spaces before them, and what stands between backticks. */
function codeOf(markdown: string): string[] {
  const pieces = all(/^```[^\n]*\n([\s\S]*?)^```/gm, markdown);
  const rest = markdown.replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...pieces, ...all(/(?<=\n\n)((?: {4}[^\n]*\n)+)/g, rest), ...all(/`([^`\n]+)`/g, rest)];
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]+`/g, "");
}

/** `npm ci` is npm's own. */
function isNpm(name: string): boolean {
  return ["ci", "install", "run"].includes(name);
}

function all(pattern: RegExp, text: string): string[] {
  return unique(Array.from(text.matchAll(pattern), ([, found]) => found ?? ""));
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}
