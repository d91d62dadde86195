/**
 * Where downloaded bytes are kept: pieces under keys, each put whole or not at all. The browser's Cache API is one
 * (`cache-shelf.ts`), a map in memory its twin for tests and for browsers that keep nothing.
 */
export interface Shelf {
  get(key: string): Promise<Uint8Array | null>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
}

export function memoryShelf(pieces: Map<string, Uint8Array> = new Map()): Shelf {
  return {
    get: async (key) => pieces.get(key) ?? null,
    put: async (key, bytes) => void pieces.set(key, bytes.slice()),
    delete: async (key) => void pieces.delete(key),
    keys: async () => [...pieces.keys()],
  };
}

export async function getJson(shelf: Shelf, key: string): Promise<unknown> {
  const bytes = await shelf.get(key);
  if (bytes === null) return null;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // A record that cannot be read is no record.
    return null;
  }
}

export function putJson(shelf: Shelf, key: string, value: unknown): Promise<void> {
  return shelf.put(key, new TextEncoder().encode(JSON.stringify(value)));
}
