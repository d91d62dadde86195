/** What is read of a model's `config.json` and `generation_config.json`. Both are untrusted. */
import * as v from "valibot";
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";

const ids = v.optional(v.nullable(v.union([v.number(), v.array(v.number())])));
const size = v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))));
const Config = v.looseObject({
  model_type: v.optional(v.string()),
  vocab_size: size,
  max_position_embeddings: size,
  n_positions: size,
  sliding_window: size,
  eos_token_id: ids,
  id2label: v.optional(v.record(v.string(), v.string())),
  problem_type: v.optional(v.nullable(v.string())),
});
const Generation = v.looseObject({ eos_token_id: ids });

export interface ModelConfig {
  readonly vocabulary: number | null;
  /** Positions that the model was made for. */
  readonly context: number;
  readonly endIds: readonly TokenId[];
  /** Names of a classifier's outputs, in their order. */
  readonly labels: readonly string[];
  /** Each label stands for itself (several may hold), instead of one of them. */
  readonly isMultiLabel: boolean;
}

/** Where a model does not say how long its texts may be. */
const USUAL_CONTEXT = 1024;

export function readConfig(id: string, config: unknown, generation: unknown): ModelConfig {
  const parsed = v.safeParse(Config, config);
  if (!parsed.success) throw corrupt(id, "config.json", parsed.issues[0].message);
  const asks = v.safeParse(Generation, generation ?? {});
  const { id2label = {}, ...own } = parsed.output;
  const labels = Object.keys(id2label)
    .map(Number)
    .sort((a, b) => a - b)
    .map((index) => id2label[String(index)] ?? String(index));
  const asked = asks.success ? asks.output.eos_token_id : null;
  return {
    vocabulary: own.vocab_size ?? null,
    context: own.max_position_embeddings ?? own.n_positions ?? USUAL_CONTEXT,
    endIds: [asked ?? own.eos_token_id ?? []].flat(),
    labels,
    isMultiLabel: own.problem_type === "multi_label_classification",
  };
}

export function parseJson(id: string, path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw corrupt(id, path, String(error));
  }
}

function corrupt(id: string, file: string, reason: string): RunError {
  const message = `${file} of ${id} cannot be read (${reason}). Fetch the model again, or choose another.`;
  return new RunError("model-corrupt", message, { id, file, reason });
}
