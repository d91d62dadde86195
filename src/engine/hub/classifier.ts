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
  readonly context: number;
  /** Ids of a text with the marks that the classifier expects around it. */
  readonly encode: (text: string) => readonly TokenId[];
}

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

  score(texts: readonly string[]): Promise<readonly Float64Array[]> {
    const facts = { id: this.id, context: this.#context, each: this.labels.length };
    return readWholeTexts(
      facts,
      this.#session,
      texts.map((text) => this.#cut(this.#encode(text))),
    );
  }

  /** The end goes, but the mark that closes a text stays: classifiers were trained with it. */
  #cut(ids: readonly TokenId[]): readonly TokenId[] {
    return ids.length <= this.#context ? ids : [...ids.slice(0, this.#context - 1), ...ids.slice(-1)];
  }
}
