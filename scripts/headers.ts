/** Response headers that the page relies on; the dev server, `npm start`, the tests and the service worker share them. */

/** Cross-origin isolation: SharedArrayBuffer, so WebAssembly threads. */
export const isolationHeaders = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
} as const;

/**
 * No inline script, no eval beyond WebAssembly, nothing from elsewhere. It stands in the built page as a <meta>, for
 * hosts that send no headers, and goes out as a header too, because a worker's policy comes from its own response.
 */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export const documentHeaders = { ...isolationHeaders, "Content-Security-Policy": contentSecurityPolicy } as const;
