/** Response headers that the page relies on; the dev server, `npm start`, the tests and the service worker share them. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** The rules of style that stand in index.html itself, in one line. */
export const FIRST_PAINT_RULES = readFileSync(new URL("../src/first-paint.css", import.meta.url), "utf8")
  .replaceAll(/\/\*.*?\*\//gs, "")
  .replaceAll(/\s+/g, " ")
  .trim();
const FIRST_PAINT_HASH = createHash("sha256").update(FIRST_PAINT_RULES).digest("base64");

/** Cross-origin isolation: SharedArrayBuffer, so WebAssembly threads. */
export const isolationHeaders = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
} as const;

const policyWith = (connect: string): string =>
  [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src 'self' 'sha256-${FIRST_PAINT_HASH}'`,
    "font-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src ${connect}`,
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

/** Page that others may show in a frame. */
export const EMBED_PAGE = "embed.html";
/** Who may show the other pages in a frame: themselves, and the page around a Space of the Hub. */
const ANCESTORS = "frame-ancestors 'self' https://huggingface.co";

/**
 * No inline script, no inline style but those few rules, no eval beyond WebAssembly, nothing from elsewhere. It stands in the built page as a <meta>, for
 * hosts that send no headers, and goes out as a header too.
 */
export const contentSecurityPolicy = policyWith("'self'");

/** The Hub, the hosts that it sends downloads on to, and mirrors on this machine. */
const HUB = "https://huggingface.co https://*.huggingface.co https://*.hf.co";
const HERE = "http://localhost:* http://127.0.0.1:*";

/**
 * A worker's policy comes from its own response: only the worker may ask the Hub, and it does so when models are asked
 * for. Mirrors that a visitor names are added by the worker's address (`workers/connect-policy.ts`).
 */
export const workerSecurityPolicy = policyWith(`'self' ${HUB} ${HERE}`);

/** Browsers heed who may frame a page in a header alone. */
export const documentHeaders = {
  ...isolationHeaders,
  "Content-Security-Policy": `${contentSecurityPolicy}; ${ANCESTORS}`,
} as const;
/** Any page may frame it, also one that is isolated itself: there the frame has threads where the page allows them. */
export const embedHeaders = {
  ...isolationHeaders,
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Content-Security-Policy": contentSecurityPolicy,
} as const;
export const workerHeaders = { ...isolationHeaders, "Content-Security-Policy": workerSecurityPolicy } as const;
