/**
 * The models that terms ask, each with one batch: a row of it is a text under one prompt, so that two terms over one model
 * share its session, and parts that read the same share a row.
 */
import type { TokenId } from "../../core/types.ts";
import type { Logits } from "../interfaces.ts";
import type { Binding, PromptedModel } from "./binding.ts";
import type { Guidance } from "./plan.ts";
import { RowReader, type Row } from "./row.ts";
import { AnswerFeatures } from "./answer-features.ts";
import { CausalTrack, type CountForward } from "./tracks.ts";

export class Readers {
  readonly #binding: Binding;
  readonly #policy: CausalTrack;
  readonly #count: CountForward;
  readonly #maxTokens: number;
  /** By model id. */
  readonly #tracks = new Map<string, CausalTrack>();
  /** null where the policy's own row reads the same. */
  readonly #readers = new Map<Row, Map<PromptedModel, RowReader | null>>();
  /** Of the models whose states heads read. */
  readonly #answers = new Map<RowReader, AnswerFeatures>();

  /** @param policy answers the parts that read what the policy reads anyway, without a forward */
  constructor(binding: Binding, policy: CausalTrack, count: CountForward, maxTokens: number) {
    this.#binding = binding;
    this.#policy = policy;
    this.#count = count;
    this.#maxTokens = maxTokens;
  }

  /**
   * Brings each model to the end of the rows whose guidance asks it; one that nobody asks lets its batch go.
   * @param ms receives the milliseconds of each model that was asked, by id
   */
  async follow(rows: readonly Row[], now: () => number, ms: Record<string, number>): Promise<void> {
    const wanted = new Map<string, Set<RowReader>>();
    for (const row of rows) {
      for (const prompted of promptedBy(row.lane.guidance)) {
        const reader = this.#readerOf(row, prompted);
        if (reader === null) continue;
        const { id } = prompted.model;
        if (!this.#tracks.has(id)) {
          const withStates = this.#binding.needsStates(prompted.model);
          this.#tracks.set(id, new CausalTrack(prompted.model, this.#count, this.#maxTokens, { withStates }));
        }
        wanted.set(id, (wanted.get(id) ?? new Set()).add(reader));
      }
    }
    for (const [id, track] of this.#tracks) {
      const own = [...(wanted.get(id) ?? [])];
      const start = now();
      await track.follow(own);
      if (own.length > 0) ms[id] = (ms[id] ?? 0) + now() - start;
    }
    for (const row of rows) {
      for (const prompted of siblingsOf(row.lane.guidance)) await this.#addState(row, prompted);
    }
  }

  /** The states of a row's answer as a sibling reads it, the latest included. */
  answer(row: Row, prompted: PromptedModel): AnswerFeatures {
    return this.#answers.get(this.#readerOf(row, prompted)!)!;
  }

  /** Where the head was off for some steps, one forward reads what its means lack. */
  async #addState(row: Row, prompted: PromptedModel): Promise<void> {
    const reader = this.#readerOf(row, prompted)!;
    const { id, states, readStates } = prompted.model;
    if (states === undefined || readStates === undefined) throw new Error(`${id} gives no states`);
    const known = this.#answers.get(reader) ?? new AnswerFeatures(states);
    const said = row.tokens.length;
    if (known.count > said) return;
    if (known.count === said) {
      known.add(this.#tracks.get(id)!.state(reader));
      this.#answers.set(reader, known);
      return;
    }
    const whole = new AnswerFeatures(states);
    for (const state of await readStates(reader.prefix, said + 1)) whole.add(state);
    this.#count(id, [reader]);
    this.#answers.set(reader, whole);
  }

  /** Next-token logits of a prompted model for a row of the latest `follow`, valid until the next one. */
  logits(row: Row, prompted: PromptedModel): Logits {
    const reader = this.#readerOf(row, prompted);
    return reader === null ? this.#policy.logits(row) : this.#tracks.get(prompted.model.id)!.logits(reader);
  }

  dispose(): void {
    for (const track of this.#tracks.values()) track.dispose();
  }

  #readerOf(row: Row, prompted: PromptedModel): RowReader | null {
    const own = this.#readers.get(row) ?? new Map<PromptedModel, RowReader | null>();
    this.#readers.set(row, own);
    const known = own.get(prompted);
    if (known !== undefined) return known;
    const isPolicyRow = prompted.model === this.#binding.models.policy && isSame(prompted.prompt, row.prompt);
    const reader = isPolicyRow ? null : new RowReader(row, prompted.prompt);
    own.set(prompted, reader);
    return reader;
  }
}

function promptedBy(guidance: Guidance): readonly PromptedModel[] {
  if (guidance.type !== "terms") return [];
  return [...guidance.terms.flatMap(({ parts }) => parts.map((part) => part.prompted)), ...siblingsOf(guidance)];
}

/** Each once: several heads may read one sibling. */
function siblingsOf(guidance: Guidance): readonly PromptedModel[] {
  if (guidance.type !== "terms") return [];
  return [...new Set(guidance.terms.flatMap(({ sibling }) => (sibling === null ? [] : [sibling])))];
}

function isSame(a: readonly TokenId[], b: readonly TokenId[]): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}
