/** A sequence classifier: logits of every label for whole texts. */
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";
import type { Classifier } from "../interfaces.ts";
import { product, type Session } from "../onnx/runtime.ts";
import { readWholeTexts } from "../onnx/whole-texts.ts";

export interface ClassifierFacts {
  readonly id: string;
  readonly labels: readonly string[];
  readonly isMultiLabel: boolean;
  /** Tokens of a text that its files promise; the graph may bear fewer. */
  readonly context: number;
  /** Ids of a text with the marks that the classifier expects around it. */
  readonly encode: (text: string) => readonly TokenId[];
}

/** What is tried first when a graph refuses a text: a word between its marks. */
const SHORTEST = 3;

export class OnnxClassifier implements Classifier {
  readonly id: string;
  readonly labels: readonly string[];
  readonly isMultiLabel: boolean;
  readonly #encode: ClassifierFacts["encode"];
  readonly #session: Session;
  /** Falls where the graph turns out to bear less than its files promise. */
  #context: number;

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
    const whole = texts.map((text) => this.#encode(text));
    try {
      return await this.#read(whole, this.#context);
    } catch (error) {
      if (!(error instanceof RunError) || error.code !== "internal") throw error;
      this.#context = await this.#bearable(whole, error);
      return this.#read(whole, this.#context);
    }
  }

  /**
   * The most tokens that the graph bears. One that fails on long texts and not on shorter ones has fewer positions than
   * its files say. The limit is the graph's own, so it does not depend on the text that found it.
   */
  async #bearable(whole: readonly (readonly TokenId[])[], failure: RunError): Promise<number> {
    const text = whole.reduce((most, ids) => (ids.length > most.length ? ids : most), []);
    let good = 0;
    let bad = Math.min(this.#context, text.length);
    for (let length = Math.min(SHORTEST, bad - 1); good < length && length < bad; length = (good + bad) >> 1) {
      try {
        await this.#read([text], length);
        good = length;
      } catch (error) {
        if (!(error instanceof RunError) || error.code !== "internal") throw error;
        bad = length;
      }
    }
    if (good > 0) return good;
    const message = `The classifier ${this.id} failed on this text, and on shorter ones. Choose another classifier.`;
    throw new RunError("model-unsupported", message, { id: this.id, ...failure.details }, failure);
  }

  #read(whole: readonly (readonly TokenId[])[], context: number): Promise<readonly Float64Array[]> {
    const facts = { id: this.id, context, each: this.labels.length };
    return readWholeTexts(
      facts,
      this.#session,
      whole.map((ids) => cut(ids, context)),
    );
  }
}

/** The end goes, but the mark that closes a text stays: classifiers were trained with it. */
function cut(ids: readonly TokenId[], context: number): readonly TokenId[] {
  return ids.length <= context ? ids : [...ids.slice(0, context - 1), ...ids.slice(-1)];
}
