import type { Plugin } from "vite";
import { contentSecurityPolicy } from "../headers.ts";

/** Puts the Content-Security-Policy into the built page; the dev server needs inline styles and stays without it. */
export function security(): Plugin {
  return {
    name: "tiller:security",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy },
        injectTo: "head-prepend",
      },
    ],
  };
}
