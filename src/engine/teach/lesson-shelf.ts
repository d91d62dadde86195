/** Where the parts of a lesson that is under way are kept, so that it goes on after its tab was closed. */
export interface LessonShelf {
  /** Parts that were kept under a key, oldest first; none where the place cannot be read. */
  read(key: string): Promise<readonly unknown[]>;
  /** Fails silently where there is no room: the lesson goes on without. */
  add(key: string, part: unknown): Promise<void>;
  /** Lets go of all parts but those of these keys. */
  keepOnly(keys: readonly string[]): Promise<void>;
}

/** Other numbers than those of before this would not fit: part of every key. */
const VERSION = 1;

/** A list in the making: what is kept of it, and where more goes. */
export interface KeptList<T> {
  readonly known: readonly T[];
  readonly add: (part: readonly T[]) => Promise<void>;
}

export const keyOf = (...facts: readonly unknown[]): string => JSON.stringify([VERSION, ...facts]);

export function noneKept<T>(): KeptList<T> {
  return { known: [], add: () => Promise.resolve() };
}

/** @param shelf null keeps nothing */
export async function keptList<T>(shelf: LessonShelf | null, key: string): Promise<KeptList<T>> {
  if (shelf === null) return noneKept();
  const parts = await shelf.read(key);
  // Nobody but this code writes here, and the key says in which form.
  return { known: parts.flatMap((part) => part as readonly T[]), add: (part) => shelf.add(key, part) };
}
