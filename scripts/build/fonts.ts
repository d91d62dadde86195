import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";
import type { Plugin } from "vite";

/** First and last code point. */
type Range = readonly [first: number, last: number];

/** Latin, punctuation, Greek, and the signs of the page's equations and controls. */
const usual: readonly Range[] = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x131, 0x131],
  [0x152, 0x153],
  [0x2c6, 0x2c6],
  [0x2da, 0x2da],
  [0x2dc, 0x2dc],
  [0x370, 0x3ff],
  [0x1d62, 0x1d6a],
  [0x2000, 0x206f],
  [0x2070, 0x209f],
  [0x20ac, 0x20ac],
  [0x2122, 0x2122],
  [0x2190, 0x23ff],
  [0x25a0, 0x27bf],
  [0x2c7c, 0x2c7c],
  [0xfffd, 0xfffd],
];
const latin: readonly Range[] = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x131, 0x131],
  [0x152, 0x153],
  [0x2c6, 0x2c6],
  [0x2da, 0x2da],
  [0x2dc, 0x2dc],
  [0x2010, 0x2027],
  [0x2030, 0x203a],
  [0x20ac, 0x20ac],
  [0x2122, 0x2122],
  [0x2212, 0x2212],
];
const latinExtended: readonly Range[] = [
  [0x100, 0x130],
  [0x132, 0x151],
  [0x154, 0x2c5],
  [0x300, 0x36f],
  [0x1e00, 0x1eff],
  [0x20a0, 0x20ab],
];
const greek: readonly Range[] = [[0x370, 0x3ff]];
const cyrillic: readonly Range[] = [[0x400, 0x45f], [0x490, 0x491], [0x4b0, 0x4b1], [0x2116, 0x2116]]; // prettier-ignore

export interface Cut {
  readonly family: "Inter" | "Source Serif 4";
  /** Name of the file that is made. */
  readonly name: string;
  /** The font that it is cut from. */
  readonly from: string;
  /** What the file holds; a browser fetches it when the page shows one of these. */
  readonly ranges: readonly Range[];
  /** Fetched with the page: its first words need it. */
  readonly isFirst: boolean;
}

const serif = (set: string): string =>
  `@fontsource-variable/source-serif-4/files/source-serif-4-${set}-wght-normal.woff2`;
const sans = "inter-ui/variable/InterVariable.woff2";

/** Serif for the words of a model and of the visitor, sans for everything else. Other letters come from the system. */
export const cuts: readonly Cut[] = [
  { family: "Inter", name: "sans", from: sans, ranges: usual, isFirst: true },
  { family: "Inter", name: "sans-more", from: sans, ranges: [...latinExtended, ...cyrillic], isFirst: false },
  { family: "Source Serif 4", name: "serif", from: serif("latin"), ranges: latin, isFirst: true },
  { family: "Source Serif 4", name: "serif-latin", from: serif("latin-ext"), ranges: latinExtended, isFirst: false },
  { family: "Source Serif 4", name: "serif-greek", from: serif("greek"), ranges: greek, isFirst: false },
  { family: "Source Serif 4", name: "serif-cyrillic", from: serif("cyrillic"), ranges: cyrillic, isFirst: false },
];

const require = createRequire(import.meta.url);
const weights = { min: 400, max: 700 };
/** Figures of one width, marks on letters, kerning. Inter's `calt` would show "->" as an arrow: not what was written. */
const keepFeatures = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"];
/** Copyright and licence stay inside the file. */
const preserveNameIds = [0, 13, 14];

const hex = (point: number): string => point.toString(16).toUpperCase();

function fontFace({ family, name, ranges }: Cut): string {
  const spoken = ranges.map(([first, last]) => (first === last ? `U+${hex(first)}` : `U+${hex(first)}-${hex(last)}`));
  return `@font-face {
  font-family: "${family}";
  src: url("./${name}.woff2") format("woff2");
  font-weight: ${weights.min} ${weights.max};
  font-style: normal;
  font-display: swap;
  unicode-range: ${spoken.join(", ")};
}
`;
}

async function cut({ family, from, ranges }: Cut): Promise<Buffer> {
  const points = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
  return subsetFont(await readFile(require.resolve(from)), String.fromCodePoint(...points), {
    targetFormat: "woff2",
    variationAxes: family === "Inter" ? { wght: weights, opsz: 14 } : { wght: weights },
    keepFeatures,
    preserveNameIds,
    noHinting: true,
  });
}

/** Tells the fonts and this recipe apart from others. */
async function stampOf(): Promise<string> {
  const hash = createHash("sha256").update(await readFile(fileURLToPath(import.meta.url)));
  for (const from of new Set(cuts.map((each) => each.from))) hash.update(await readFile(require.resolve(from)));
  return hash.digest("hex");
}

/** Cuts the page's fonts out of their packages, with a style sheet that names them, unless `folder` holds them. */
async function makeFonts(folder: string): Promise<void> {
  const stamp = await stampOf();
  const mark = join(folder, "made-from.sha256");
  if (existsSync(mark) && (await readFile(mark, "utf8")) === stamp) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const each of cuts) await writeFile(join(folder, `${each.name}.woff2`), await cut(each));
  await writeFile(join(folder, "fonts.css"), cuts.map(fontFace).join(""));
  await writeFile(mark, stamp);
}

/** Makes the fonts that `src/ui/theme.css` imports, and asks for those of the first words along with the page. */
export function fonts(): Plugin {
  return {
    name: "tiller:fonts",
    async configResolved(config) {
      await makeFonts(join(config.root, ".cache/fonts"));
    },
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const files = Object.values(bundle ?? {}).flatMap((file) =>
          file.type === "asset" ? file.names.map((name) => ({ name, path: file.fileName })) : [],
        );
        return cuts.flatMap(({ name, isFirst }) => {
          const file = files.find((each) => each.name === `${name}.woff2`);
          if (!isFirst || file === undefined) return [];
          // Fonts are asked for without credentials; a preload must be the same or it is fetched twice.
          const attrs = { rel: "preload", href: `./${file.path}`, as: "font", type: "font/woff2", crossorigin: true };
          return [{ tag: "link", attrs, injectTo: "head" as const }];
        });
      },
    },
  };
}
