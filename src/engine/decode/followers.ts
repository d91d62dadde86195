/** Texts in the making as models read them, and where each lies in a batch. */
import type { TokenId } from "../../core/types.ts";
import type { Lane } from "./lane.ts";

/** A text in the making as one model reads it; the same object at every step. */
export interface Follower {
  readonly lane: Lane;
  /** Everything to read so far. */
  readonly prefix: TokenId[];
  /** Tokens of the prefix. */
  readonly length: number;
  readonly lastToken: TokenId;
}

/** Called for each forward, with one entry for every row of the batch that was forwarded, naming who it was for. */
export type CountForward = (modelId: string, rows: readonly Follower[]) => void;

/** Rows with equal prefixes are read once and then forked; `rows[i]` is served by `unique[places[i]]`. */
export function distinctPrefixes(rows: readonly Follower[]): {
  unique: Follower[];
  prefixes: TokenId[][];
  places: number[];
} {
  const unique: Follower[] = [];
  const prefixes: TokenId[][] = [];
  const seen = new Map<string, number>();
  const places = rows.map((row) => {
    const prefix = row.prefix;
    const key = prefix.join(" ");
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, unique.length);
    unique.push(row);
    prefixes.push(prefix);
    return unique.length - 1;
  });
  return { unique, prefixes, places };
}

/** A shared prefix is one row of work, charged once to each lane that uses it. */
export function prefixReaders(rows: readonly Follower[]): Follower[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = `${row.lane.index}:${row.prefix.join(" ")}`;
    return !seen.has(key) && seen.add(key);
  });
}

export type Places = ReadonlyMap<Follower, number>;

export function placesOf(rows: readonly Follower[]): Places {
  return new Map(rows.map((row, place) => [row, place]));
}

/** Old places of the rows in the batch; null where a row is not there, so that the batch must be opened anew. */
export function findAll(rows: readonly Follower[], held: Places): number[] | null {
  const places = rows.map((row) => held.get(row) ?? -1);
  return places.includes(-1) ? null : places;
}

export function isIdentity(places: readonly number[], size: number): boolean {
  return places.length === size && places.every((place, i) => place === i);
}
