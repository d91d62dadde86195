/** The HTML that shows a comparison in a page of somebody else. */
import type { ExampleInfo } from "../run/examples.svelte.ts";
import { playAddress } from "./address.ts";

/** Width and height of the frame that the snippet asks for, in CSS pixels. It is as wide as its place, and no less than 320. */
export const FRAME = { width: "100%", height: 460 } as const;

/**
 * What the frame's address names after `#`.
 * @param example the recording on the screen, null where there is another text
 * @param stateHash the part of a shared link from # on, null where the prompt is too long for one
 */
export function embedHash(example: ExampleInfo | null, stateHash: string | null): string | null {
  return example === null ? stateHash : playAddress(example.file.replace(/\.json$/, ""));
}

/** @param page address of the whole page @param lang that the frame shows; null leaves it to the reader */
export function embedAddress(page: string, hash: string, lang: string | null = null): string {
  return new URL(`embed.html${lang === null ? "" : `?lang=${lang}`}${hash}`, page).href;
}

/** @param title of the frame, as a screen reader says it */
export function embedSnippet(address: string, title: string): string {
  return [
    `<iframe src="${escaped(address)}"`,
    `  title="${escaped(title)}"`,
    `  width="${FRAME.width}" height="${FRAME.height}" style="border: 0; min-width: 320px"`,
    `  loading="lazy" allow="cross-origin-isolated; webgpu"></iframe>`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
