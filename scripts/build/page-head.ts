import type { HtmlTagDescriptor, Plugin } from "vite";

/** Name of the variable that holds the address at which the build will stand, ending in "/"; empty where none is known. */
export const SITE_VARIABLE = "TILLER_SITE";

/** Grounds of the light and the dark page (`--paper` in src/ui/theme.css). */
const GROUNDS = { light: "#fbfaf7", dark: "#12151b" } as const;
const TITLE = "Tiller";
const ABOUT = "Steer a small language model with rewards, in your browser, while you watch.";
/** Drawn by `npm run screenshots -- preview`. */
export const PREVIEW = { file: "preview.jpg", width: 1200, height: 630 } as const;
const PREVIEW_ABOUT = "Four answers of one model side by side, their words coloured by what a reward changed.";

/** What a browser needs to install the page, and what others show of a link to it. */
export function headTags(site: string | undefined): HtmlTagDescriptor[] {
  // Those who show a link ask for whole addresses; a page from the disk or under an unknown address has none.
  const address = (path: string): string => (site === undefined ? `./${path}` : new URL(path, site).href);
  const link = (rel: string, href: string): HtmlTagDescriptor => ({ tag: "link", attrs: { rel, href } });
  const meta = (attrs: Readonly<Record<string, string>>): HtmlTagDescriptor => ({ tag: "meta", attrs });
  const property = (name: string, content: string): HtmlTagDescriptor => meta({ property: `og:${name}`, content });
  const tags = [
    link("manifest", "./manifest.json"),
    link("apple-touch-icon", "./icon-maskable.png"),
    ...Object.entries(GROUNDS).map(([scheme, content]) =>
      meta({ name: "theme-color", content, media: `(prefers-color-scheme: ${scheme})` }),
    ),
    property("type", "website"),
    property("title", TITLE),
    property("description", ABOUT),
    property("image", address(PREVIEW.file)),
    property("image:width", String(PREVIEW.width)),
    property("image:height", String(PREVIEW.height)),
    property("image:alt", PREVIEW_ABOUT),
    ...(site === undefined ? [] : [property("url", address(""))]),
    meta({ name: "twitter:card", content: "summary_large_image" }),
  ];
  return tags.map((tag) => ({ ...tag, injectTo: "head" }));
}

/** Puts them into index.html; the other pages are no places to begin. */
export function pageHead(): Plugin {
  return {
    name: "tiller:page-head",
    transformIndexHtml: {
      order: "post",
      handler: (_, { path }) => (path.endsWith("/index.html") ? headTags(process.env[SITE_VARIABLE] || undefined) : []),
    },
  };
}
