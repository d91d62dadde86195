/** A teacher's desk: hand-ins of a class, read out of files. Nothing is kept after the page is closed, and nothing is sent. */
import type { HandIn } from "./hand-in.ts";
import { plainName } from "./learner.ts";
import { readHandIn } from "./read-file.ts";
import { filesIn, MOST_HAND_INS, type FileText, type GivenFile, type Refused } from "./given-files.ts";

export interface ClassHandIn {
  readonly key: string;
  readonly file: string;
  readonly handIn: HandIn;
  readonly check: string;
}

/** A hand-in that another one of the same learner took the place of. */
export interface Twice {
  readonly file: string;
  readonly kept: string;
  /** Whether both files say the same. */
  readonly isSame: boolean;
}

export class ClassDesk {
  /** In the order of their names, as a list in a class is. */
  handIns = $state.raw<readonly ClassHandIn[]>([]);
  refused = $state.raw<readonly Refused[]>([]);
  twice = $state.raw<readonly Twice[]>([]);
  /** Files read so far and in all; null while nothing is read. */
  reading = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  readonly #rest: () => Promise<void>;
  #count = 0;

  /** @param rest gives the page a moment between two files */
  constructor(rest: () => Promise<void>) {
    this.#rest = rest;
  }

  /** Reads files and zips of them. Those that are read already stay. */
  async add(given: readonly GivenFile[]): Promise<void> {
    if (this.reading !== null) return;
    this.reading = { done: 0, total: given.length };
    for (const [i, file] of given.entries()) {
      for (const each of await filesIn(file)) {
        if ("why" in each) this.#refuse(each.name, each.why);
        else this.#take(each);
        await this.#rest();
      }
      this.reading = { done: i + 1, total: given.length };
    }
    this.reading = null;
  }

  remove(key: string): void {
    this.handIns = this.handIns.filter((each) => each.key !== key);
  }

  clear(): void {
    this.handIns = [];
    this.refused = [];
    this.twice = [];
  }

  #take({ name: file, text }: FileText): void {
    const reading = readHandIn(text);
    if (reading.type === "refused") return this.#refuse(file, reading.why);
    const { handIn, check } = reading;
    const own = { key: `h${this.#count++}`, file, handIn, check };
    const other = this.handIns.find((each) => isSameLearner(each.handIn, handIn));
    if (other === undefined) {
      if (this.handIns.length >= MOST_HAND_INS)
        return this.#refuse(file, { type: "too-many", detail: String(MOST_HAND_INS) });
      this.#set([...this.handIns, own]);
      return;
    }
    const isNewer = handIn.savedAt > other.handIn.savedAt;
    const [kept, gone] = isNewer ? [own, other] : [other, own];
    this.twice = [...this.twice, { file: gone.file, kept: kept.file, isSame: other.check === check }];
    // The learner keeps the key, so what was chosen on the page stays chosen.
    if (isNewer) this.#set(this.handIns.map((each) => (each === other ? { ...own, key: other.key } : each)));
  }

  #set(handIns: readonly ClassHandIn[]): void {
    const name = ({ handIn }: ClassHandIn): string => plainName(handIn.learner.name);
    this.handIns = handIns.toSorted((a, b) => name(a).localeCompare(name(b)));
  }

  #refuse(file: string, why: Refused["why"]): void {
    this.refused = [...this.refused, { file, why }];
  }
}

/** One laptop may serve two learners, so names count; a learner may give a name only the second time. */
function isSameLearner(a: HandIn, b: HandIn): boolean {
  const [first, second] = [a, b].map(({ learner }) => plainName(learner.name).toLocaleLowerCase());
  return a.learner.id === b.learner.id && (first === second || first === "" || second === "");
}
