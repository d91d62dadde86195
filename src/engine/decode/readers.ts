/**
 * The models that terms ask, each with one batch: a row of it is a text under one prompt, so that two terms over one model
 * share its session, and parts that read the same share a row.
 */
import type { BesideAsk, CutLogits, LogitsBeside } from "../../core/cut-logits.ts";
import type { TokenId } from "../../core/types.ts";
import type { Logits } from "../interfaces.ts";
import type { Binding, PromptedModel } from "./binding.ts";
import type { Guidance } from "./plan.ts";
import { RowReader, type Row } from "./row.ts";
import { AnswerFeatures } from "./answer-features.ts";
import type { CountForward, Follower } from "./followers.ts";
import { CausalTrack } from "./tracks.ts";

/** The policy's rows on the card, for parts that are read beside them. */
export interface HeldPolicy extends Pick<BesideAsk, "held" | "banned"> {
  /** The rows whose cut is enough; those that are not here are read whole. */
  readonly rows: ReadonlyMap<Row, { readonly heldRow: number; readonly cut: CutLogits }>;
}

interface Part {
  readonly row: Row;
  readonly prompted: PromptedModel;
}

export class Readers {
  readonly #binding: Binding;
  readonly #policy: CausalTrack;
  readonly #count: CountForward;
  readonly #maxTokens: number;
  /** By model id. */
  readonly #tracks = new Map<string, CausalTrack>();
  /** null where the policy's own row reads the same. */
  readonly #readers = new Map<Row, Map<PromptedModel, RowReader | null>>();
  /** Of the latest `follow`. */
  #beside = new Map<Row, Map<PromptedModel, LogitsBeside>>();
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
   * @param ms   receives the milliseconds of each model that was asked, by id
   * @param held null where the policy's rows came whole
   * @returns    rows of `held` whose policy is needed whole after all
   */
  async follow(
    rows: readonly Row[],
    now: () => number,
    ms: Record<string, number>,
    held: HeldPolicy | null = null,
  ): Promise<ReadonlySet<Row>> {
    this.#beside = new Map();
    const wanted = new Map<string, Set<RowReader>>();
    for (const row of rows) {
      for (const prompted of promptedBy(row.lane.guidance)) {
        const reader = this.#readerOf(row, prompted);
        if (reader === null) continue;
        const { id } = prompted.model;
        if (!this.#tracks.has(id)) {
          const states = this.#binding.statesFor(prompted.model);
          const options = { states, canStay: this.#policy.isCut };
          this.#tracks.set(id, new CausalTrack(prompted.model, this.#count, this.#maxTokens, options));
        }
        wanted.set(id, (wanted.get(id) ?? new Set()).add(reader));
      }
    }
    const parts = rows.flatMap((row) => partsOf(row.lane.guidance).map((prompted): Part => ({ row, prompted })));
    const whole = new Set<Row>();
    for (const [id, track] of this.#tracks) {
      const own = [...(wanted.get(id) ?? [])];
      const start = now();
      await track.follow(own);
      const asked = parts.filter(
        (part) => part.prompted.model.id === id && this.#readerOf(part.row, part.prompted) !== null,
      );
      await this.#fetch(track, asked, held, whole);
      if (own.length > 0) ms[id] = (ms[id] ?? 0) + now() - start;
    }
    const asPolicy = parts.filter(({ row, prompted }) => held?.rows.has(row) && this.#readerOf(row, prompted) === null);
    await this.#fetch(this.#policy, asPolicy, held, whole);
    for (const row of rows) {
      for (const prompted of siblingsOf(row.lane.guidance)) await this.#addState(row, prompted);
    }
    return whole;
  }

  /**
   * Logits that stayed on the card: beside the policy's where its cut is enough, else whole.
   * @param whole receives the rows whose parts must come whole after all
   */
  async #fetch(track: CausalTrack, parts: readonly Part[], held: HeldPolicy | null, whole: Set<Row>): Promise<void> {
    if (!track.stays) return;
    const readerOf = ({ row, prompted }: Part): Follower => this.#readerOf(row, prompted) ?? row;
    const besides = parts.flatMap((part) => {
      const place = held?.rows.get(part.row);
      return place === undefined ? [] : [{ part, place }];
    });
    const found = await track.beside(besides.map(({ part, place }) => ({ ...held!, ...place, row: readerOf(part) })));
    for (const [i, { part }] of besides.entries()) {
      const own = found[i] ?? null;
      if (own === null) whole.add(part.row);
      else this.#beside.set(part.row, (this.#beside.get(part.row) ?? new Map()).set(part.prompted, own));
    }
    await track.bring(parts.filter(({ row, prompted }) => !this.#beside.get(row)?.has(prompted)).map(readerOf));
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
    for (const state of await readStates(reader.prefix, said + 1, "states")) whole.add(state);
    this.#count(id, [reader]);
    this.#answers.set(reader, whole);
  }

  /** Next-token logits of a prompted model for a row of the latest `follow`, valid until the next one; or what stands for them. */
  logits(row: Row, prompted: PromptedModel): Logits | LogitsBeside {
    const beside = this.#beside.get(row)?.get(prompted);
    if (beside !== undefined) return beside;
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
  return [...partsOf(guidance), ...siblingsOf(guidance)];
}

function partsOf(guidance: Guidance): readonly PromptedModel[] {
  if (guidance.type !== "terms") return [];
  return guidance.terms.flatMap(({ parts }) => parts.map((part) => part.prompted));
}

/** Each once: several heads may read one sibling. */
function siblingsOf(guidance: Guidance): readonly PromptedModel[] {
  if (guidance.type !== "terms") return [];
  return [...new Set(guidance.terms.flatMap(({ sibling }) => (sibling === null ? [] : [sibling])))];
}

function isSame(a: readonly TokenId[], b: readonly TokenId[]): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}
