/**
 * Binds a request to the models that are loaded. Lookups by id happen here, once a lane and change, so that the rows and
 * steps of a run look nothing up.
 */
import { RunError } from "../../core/errors.ts";
import {
  POLICY,
  sourceById,
  type ModelId,
  type SourceId,
  type SourceSpec,
  type TermSpec,
} from "../../core/sources/spec.ts";
import type { TextScorer } from "../../core/scorers/scorer.ts";
import type { Sign } from "../../core/term-reward.ts";
import type { PushId, RunRequest, TokenId } from "../../core/types.ts";
import type {
  CausalModel,
  Classifier,
  LoadedHead,
  Models,
  PushingHead,
  StatesWanted,
  ValuingHead,
} from "../interfaces.ts";
import { openScorer } from "../scorers/open-scorer.ts";

type HeadSpec = SourceSpec & { readonly type: "head" };

/** What of a request decides which models read which prompts. */
export type BoundRequest = Pick<RunRequest, "kind" | "prompt" | "system" | "turns" | "sources">;

/** One model under one prompt. A binding has one object for each pair, so equal parts of terms share a row of work. */
export interface PromptedModel {
  readonly model: CausalModel;
  /** Tokens that the model reads before the response. */
  readonly prompt: readonly TokenId[];
}

/** One part of a term (`core/term-reward.ts`). */
export interface TermPart {
  readonly prompted: PromptedModel;
  readonly sign: Sign;
}

/** One label of a loaded classifier. */
export interface BoundLabel {
  readonly classifier: Classifier;
  /** Place among the classifier's labels. */
  readonly label: number;
}

export class Binding {
  readonly models: Models;
  readonly request: BoundRequest;
  readonly #prompted = new Map<CausalModel, Map<string | null, PromptedModel>>();
  readonly #scorers = new Map<SourceId, Promise<TextScorer>>();

  constructor(models: Models, request: BoundRequest) {
    this.models = models;
    this.request = request;
  }

  /** The policy under the plain prompt: every lane's rows begin with it. */
  get policy(): PromptedModel {
    return this.prompted(this.models.policy);
  }

  /** @param instruction stands before the prompt; null leaves the prompt as it is */
  prompted(model: CausalModel, instruction: string | null = null): PromptedModel {
    const own = this.#prompted.get(model) ?? new Map<string | null, PromptedModel>();
    this.#prompted.set(model, own);
    const known = own.get(instruction);
    if (known !== undefined) return known;
    const { kind, prompt, system = "", turns = [] } = this.request;
    const made = { model, prompt: this.models.promptIds(model.id, { kind, prompt, instruction, system, turns }) };
    own.set(instruction, made);
    return made;
  }

  /** The request's source of this id; requests are checked to define what they weigh. */
  source(id: PushId): SourceSpec {
    return sourceById(this.request.sources ?? [], id);
  }

  /** @throws RunError "model-missing", "vocab-mismatch" */
  termParts(spec: TermSpec): readonly TermPart[] {
    const part = (id: ModelId, instruction: string | null, sign: Sign): TermPart => {
      return { prompted: this.prompted(readerOf(this.models, id, spec.name), instruction), sign };
    };
    switch (spec.type) {
      case "sibling":
        return [part(spec.model, null, 1)];
      case "sibling-ratio": {
        const criteria = spec.criteria.trim() === "" ? null : spec.criteria;
        return [part(spec.strong, criteria, 1), part(spec.weak, criteria, -1)];
      }
      case "contrastive":
        return [part(spec.model, spec.better, 1), part(spec.model, spec.worse, -1)];
      default:
        throw new Error(`unknown term ${JSON.stringify(spec satisfies never)}`);
    }
  }

  /** @throws RunError "model-missing" for a head that is not loaded, "invalid-request" where the source takes it for another kind */
  head(spec: HeadSpec): LoadedHead {
    const head = this.models.heads?.get(spec.head);
    if (head?.kind === "push" && spec.kind === "value") {
      throw otherKind(spec, "gives rewards of tokens and no value of a text; leave out the kind of the source");
    }
    if (head !== undefined) return head;
    const known = [...(this.models.heads?.keys() ?? [])];
    const wayOut = known.length === 0 ? "load one" : `load it, or choose one of ${known.join(", ")}`;
    const message = `"${spec.name}" needs the head "${spec.head}", which is not loaded; ${wayOut}.`;
    throw new RunError("model-missing", message, { source: spec.name, head: spec.head });
  }

  /** @throws as `head`, and for a head that steers no token */
  pushingHead(spec: HeadSpec): PushingHead {
    const head = this.head(spec);
    if (head.kind === "push") return head;
    throw otherKind(
      spec,
      'values texts and steers no token; give the source the kind "value", and a VAS or best-of-N lane',
    );
  }

  /** @throws as `head` */
  valuingHead(spec: HeadSpec): ValuingHead {
    const head = this.head(spec);
    if (head.kind === "value") return head;
    throw otherKind(spec, "gives rewards of tokens and no value of a text; choose a value head");
  }

  /** Opened when the first text asks for it. */
  scorer({ id, scorer }: SourceSpec & { readonly type: "scorer" }): Promise<TextScorer> {
    const opened = this.#scorers.get(id) ?? openScorer(scorer);
    this.#scorers.set(id, opened);
    return opened;
  }

  /** The sibling whose states a head reads, under the plain prompt; null for a head over the policy itself. */
  siblingOf(head: LoadedHead): PromptedModel | null {
    return head.kind === "push" && head.model !== undefined ? this.prompted(head.model) : null;
  }

  /** Which states of a model the sources of the request read. */
  statesFor(model: CausalModel): StatesWanted {
    const heads = (this.request.sources ?? []).flatMap((spec) => {
      const head = spec.type === "head" ? this.models.heads?.get(spec.head) : undefined;
      return head === undefined || (this.siblingOf(head)?.model ?? this.models.policy) !== model ? [] : [head];
    });
    if (heads.length === 0) return "none";
    const isLastEnough = heads.every(({ features }) => features?.every((name) => name.startsWith("last")) === true);
    return isLastEnough ? "last" : "all";
  }

  /** @throws RunError "model-missing" for a classifier that is not loaded, "invalid-request" for a label it lacks */
  label(spec: SourceSpec): BoundLabel {
    if (spec.type !== "classifier") throw new Error(`a source of type ${spec.type} values no candidates`);
    const { classifiers } = this.models;
    const classifier = classifiers.get(spec.model);
    if (classifier === undefined) {
      const known = [...classifiers.keys()];
      const wayOut = known.length === 0 ? "load one" : `load it, or choose one of ${known.join(", ")}`;
      const message = `"${spec.name}" needs the classifier "${spec.model}", which is not loaded; ${wayOut}.`;
      throw new RunError("model-missing", message, { source: spec.name, model: spec.model });
    }
    const label = classifier.labels.indexOf(spec.label);
    if (label >= 0) return { classifier, label };
    const labels = classifier.labels.join(", ");
    const message = `"${spec.name}" needs the label "${spec.label}", but ${spec.model} has only ${labels}; choose one of these.`;
    throw new RunError("invalid-request", message, { source: spec.name, label: spec.label });
  }
}

function otherKind({ name, head }: HeadSpec, why: string): RunError {
  const message = `"${name}" names the head "${head}", which ${why}.`;
  return new RunError("invalid-request", message, { source: name, head });
}

/**
 * A loaded causal model by its id.
 * @param name the source that asks for it, for the message
 * @throws RunError "model-missing", "vocab-mismatch"
 */
export function readerOf(models: Models, id: ModelId, name: string): CausalModel {
  const model = id === POLICY ? models.policy : models.readers.get(id);
  if (model === undefined) {
    const known = [...new Set([POLICY, ...models.readers.keys()])].join(", ");
    const message = `"${name}" needs the model "${id}", which is not loaded; load it, or choose one of ${known}.`;
    throw new RunError("model-missing", message, { source: name, model: id });
  }
  const { vocabSize } = models.policy;
  if (model.vocabSize === vocabSize) return model;
  const sizes = `${model.vocabSize} tokens and the policy ${vocabSize}`;
  const message = `"${name}" needs the model "${id}", which has ${sizes}; choose a model with the policy’s tokenizer.`;
  throw new RunError("vocab-mismatch", message, {
    source: name,
    model: id,
    tokens: model.vocabSize,
    policy: vocabSize,
  });
}
