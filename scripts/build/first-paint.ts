import type { Plugin } from "vite";
import { FIRST_PAINT_RULES } from "../headers.ts";

/** Those that the bundler wrote; others stay where they are. */
const STYLESHEET = /\s*<link rel="stylesheet"[^>]*\bhref="\.\/assets\/[^>]*>/g;

/**
 * Lets a browser paint what index.html says as soon as the file is there: its few rules of style stand in it, and the
 * style sheets of the whole page come behind the text, where a browser does not wait for them to paint.
 */
export function paintedFirst(html: string, rules: string): string {
  const sheets = html.match(STYLESHEET) ?? [];
  return html
    .replaceAll(STYLESHEET, "")
    .replace("</title>", `</title>\n    <style>${rules}</style>`)
    .replace("</body>", `${sheets.map((tag) => `  ${tag.trim()}\n  `).join("")}</body>`);
}

export function firstPaint(): Plugin {
  return {
    name: "tiller:first-paint",
    transformIndexHtml: {
      order: "post",
      handler: (html, { path }) => (path.endsWith("/index.html") ? paintedFirst(html, FIRST_PAINT_RULES) : html),
    },
  };
}
