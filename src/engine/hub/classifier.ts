/** A sequence classifier: logits of every label for whole texts. */
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";
import type { Classifier } from "../interfaces.ts";
import { checkFinite, checkPrefixes, countingMask, longest, paddedIds } from "../onnx/inputs.ts";
import { product, type Session } from "../onnx/runtime.ts";

export interface ClassifierFacts {
  readonly id: string;
  readonly labels: readonly string[];
  readonly isMultiLabel: boolean;
  readonly context: number;
  /** Ids of a text with the marks that the classifier expects around it. */
  readonly encode: (text: string) => readonly TokenId[];
}

/** Texts scored in one forward: attention over whole texts takes memory by the square of their length. */
const ROWS_AT_ONCE = 16;

export class OnnxClassifier implements Classifier {
  readonly id: string;
  readonly labels: readonly string[];
  readonly isMultiLabel: boolean;
  readonly #context: number;
  readonly #encode: ClassifierFacts["encode"];
  readonly #session: Session;

  constructor(facts: ClassifierFacts, session: Session) {
    const outputs = product(session.shape);
    if (facts.labels.length !== outputs) {
      const message = `${facts.id} names ${facts.labels.length} labels, but its graph gives ${outputs} numbers. Choose another repository of the model.`;
      throw new RunError("model-corrupt", message, { id: facts.id, labels: facts.labels.length, outputs });
    }
    this.id = facts.id;
    this.labels = facts.labels;
    this.isMultiLabel = facts.isMultiLabel;
    this.#context = facts.context;
    this.#encode = facts.encode;
    this.#session = session;
  }

  async score(texts: readonly string[]): Promise<readonly Float64Array[]> {
    if (texts.length === 0) return [];
    const rows = texts.map((text) => this.#cut(this.#encode(text)));
    checkPrefixes(this.id, rows, this.#context);
    const scores: Float64Array[] = [];
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      scores.push(...(await this.#scoreSome(rows.slice(start, start + ROWS_AT_ONCE))));
    }
    return scores;
  }

  /** The end goes, but the mark that closes a text stays: classifiers were trained with it. */
  #cut(ids: readonly TokenId[]): readonly TokenId[] {
    return ids.length <= this.#context ? ids : [...ids.slice(0, this.#context - 1), ...ids.slice(-1)];
  }

  async #scoreSome(texts: readonly (readonly TokenId[])[]): Promise<Float64Array[]> {
    const each = this.labels.length;
    const total = longest(texts);
    const flat = new Float32Array(texts.length * each);
    const lengths = texts.map((text) => text.length);
    const device = this.#session.open(texts.length, 0);
    try {
      await device.forward({
        rows: texts.length,
        columns: total,
        total,
        ids: paddedIds(texts),
        mask: countingMask(lengths, total),
        picks: texts.map((_, row) => row),
        into: flat,
      });
    } finally {
      device.dispose();
    }
    checkFinite(this.id, flat);
    return texts.map((_, row) => Float64Array.from(flat.subarray(row * each, (row + 1) * each)));
  }
}
