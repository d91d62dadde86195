/** 32-bit FNV-1a over the characters of a text: finds accidents, proves nothing. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    const character = text.codePointAt(at) ?? 0;
    hash = Math.imul(hash ^ character, 0x01000193);
    if (character > 0xffff) at++;
  }
  return hash >>> 0;
}
