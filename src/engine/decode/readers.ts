/**
 * The models that terms ask, each with one batch: a row of it is a text under one prompt, so that two terms over one model
 * share its session, and parts that read the same share a row.
 */
import type { RunRequest, TokenId } from "../../core/types.ts";
import type { Logits, Models } from "../interfaces.ts";
import type { Guidance } from "./plan.ts";
import { RowReader, type Row } from "./row.ts";
import { promptOf, type TermPart } from "./terms.ts";
import { CausalTrack, type CountForward } from "./tracks.ts";

export class Readers {
  readonly #models: Models;
  readonly #request: Pick<RunRequest, "kind" | "prompt">;
  readonly #policy: CausalTrack;
  readonly #count: CountForward;
  /** By model id. */
  readonly #tracks = new Map<string, CausalTrack>();
  /** By model and instruction: the prompt's tokens. */
  readonly #prompts = new Map<string, readonly TokenId[]>();
  readonly #readers = new Map<Row, Map<string, RowReader>>();

  /** @param policy answers the parts that read what the policy reads anyway, without a forward */
  constructor(models: Models, request: Pick<RunRequest, "kind" | "prompt">, policy: CausalTrack, count: CountForward) {
    this.#models = models;
    this.#request = request;
    this.#policy = policy;
    this.#count = count;
  }

  /**
   * Brings each model to the end of the rows whose guidance asks it; one that nobody asks lets its batch go.
   * @param ms receives the milliseconds of each model that was asked, by id
   */
  async follow(
    rows: readonly Row[],
    guidance: readonly Guidance[],
    now: () => number,
    ms: Record<string, number>,
  ): Promise<void> {
    const wanted = new Map<string, Set<RowReader>>();
    for (const [i, row] of rows.entries()) {
      for (const part of askedParts(guidance[i]!)) {
        const reader = this.#readerOf(row, part);
        if (reader === null) continue;
        const { id } = part.model;
        if (!this.#tracks.has(id)) this.#tracks.set(id, new CausalTrack(part.model, this.#count));
        wanted.set(id, (wanted.get(id) ?? new Set()).add(reader));
      }
    }
    for (const [id, track] of this.#tracks) {
      const own = [...(wanted.get(id) ?? [])];
      const start = now();
      await track.follow(own);
      if (own.length > 0) ms[id] = (ms[id] ?? 0) + now() - start;
    }
  }

  /** Next-token logits of a part for a row of the latest `follow`, valid until the next one. */
  logits(row: Row, part: TermPart): Logits {
    const reader = this.#readerOf(row, part);
    return reader === null ? this.#policy.logits(row) : this.#tracks.get(part.model.id)!.logits(reader);
  }

  dispose(): void {
    for (const track of this.#tracks.values()) track.dispose();
  }

  /** null where the policy's own row says the same. */
  #readerOf(row: Row, part: TermPart): RowReader | null {
    const key = JSON.stringify([part.model.id, part.instruction]);
    const prompt = this.#prompts.get(key) ?? promptOf(this.#models, this.#request, part);
    this.#prompts.set(key, prompt);
    if (part.model === this.#models.policy && isSame(prompt, row.prompt)) return null;
    const own = this.#readers.get(row) ?? new Map<string, RowReader>();
    this.#readers.set(row, own);
    const reader = own.get(key) ?? new RowReader(row, prompt);
    own.set(key, reader);
    return reader;
  }
}

function askedParts(guidance: Guidance): readonly TermPart[] {
  return guidance.type === "terms" ? guidance.terms.flatMap((term) => term.parts) : [];
}

function isSame(a: readonly TokenId[], b: readonly TokenId[]): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}
