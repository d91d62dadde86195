/** Addresses of the Hub. */

export const HUB = "https://huggingface.co/";

/** Each part of a path by itself, so that "/" stays and nothing else gets out of the folder. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
