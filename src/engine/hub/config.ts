/** What is read of a model's `config.json` and `generation_config.json`. Both are untrusted. */
import * as v from "valibot";
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";

const ids = v.optional(v.nullable(v.union([v.number(), v.array(v.number())])));
/** Some files write 0, -1 or a huge number where there is no bound: that says nothing. */
const size = v.fallback(v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9))), null);
const Config = v.looseObject({
  vocab_size: size,
  max_position_embeddings: size,
  n_positions: size,
  n_ctx: size,
  max_seq_len: size,
  max_sequence_length: size,
  sliding_window: size,
  eos_token_id: ids,
  model_type: v.optional(v.string()),
  pad_token_id: v.optional(v.nullable(v.number())),
  // Names are texts, now and then numbers.
  id2label: v.optional(v.nullable(v.record(v.string(), v.union([v.string(), v.number()])))),
  num_labels: size,
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
  /** Each output stands for itself (several labels may hold, or each is a score), instead of one label of all. */
  readonly isMultiLabel: boolean;
}

/** Where a model does not say how long its texts may be. */
const USUAL_CONTEXT = 1024;

export function readConfig(id: string, config: unknown, generation: unknown): ModelConfig {
  const parsed = v.safeParse(Config, config);
  if (!parsed.success) throw corrupt(id, "config.json", parsed.issues[0].message);
  const asks = v.safeParse(Generation, generation ?? {});
  const own = parsed.output;
  const asked = asks.success ? asks.output.eos_token_id : null;
  return {
    vocabulary: own.vocab_size ?? null,
    context: contextOf(own),
    endIds: [asked ?? own.eos_token_id ?? []].flat(),
    labels: labelsOf(own),
    isMultiLabel: own.problem_type === "multi_label_classification" || own.problem_type === "regression",
  };
}

/**
 * Families of RoBERTa count positions from the padding token's id on, so that many rows of their table and one more are
 * never used: 514 rows read 512 tokens.
 */
const COUNTS_FROM_PADDING = /roberta|camembert|^mpnet$|^longformer$|^data2vec-text$|^ibert$|^luke$|^xmod$|^esm$/;

function contextOf(config: v.InferOutput<typeof Config>): number {
  const rows =
    config.max_position_embeddings ??
    config.n_positions ??
    config.n_ctx ??
    config.max_seq_len ??
    config.max_sequence_length ??
    USUAL_CONTEXT;
  if (!COUNTS_FROM_PADDING.test(config.model_type ?? "")) return rows;
  return Math.max(1, rows - (config.pad_token_id ?? 1) - 1);
}

/** As transformers names them where the file does not; two outputs of one name are told apart by a number. */
function labelsOf({ id2label, num_labels: count }: v.InferOutput<typeof Config>): readonly string[] {
  const indices = Object.keys(id2label ?? {})
    .map(Number)
    .sort((a, b) => a - b);
  if (indices.length === 0) return Array.from({ length: count ?? 0 }, (_, index) => `LABEL_${index}`);
  const names = indices.map((index) => String(id2label?.[String(index)] ?? index));
  return names.map((name, i) => (names.indexOf(name) === i ? name : `${name} (${i + 1})`));
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
