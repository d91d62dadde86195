/** A name as a part of a file's name: letters and digits of any script, and hyphens. @param otherwise where none is left */
export function slug(name: string, otherwise: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
  return plain.slice(0, 60) || otherwise;
}
