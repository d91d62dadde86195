/**
 * A head as one small JSON file: the policy that it belongs to, its numbers, what it learned from, and how well.
 *
 * Files are untrusted input: every key is checked, and an unknown one is refused by its name. A head fits one policy alone,
 * because it reads that policy's states and its vocabulary; `checkPolicy` refuses any other.
 *
 *   direction  weights c [hidden]; rank 0, no features
 *   low-rank   weights mean, scale [inputs], a [rank, inputs], b [rank, hidden], c [hidden]
 *   value      weights mean, scale, weights [inputs], intercept [1]; rank 0, unit 1
 */
import { checkArray, checkFields, checkOneOf, checkString, refuse, type Fields } from "../bounds.ts";
import { isFeatureName, type FeatureName } from "./features.ts";
import { ANEW, count, positive, readCard, type HeadCard } from "./head-card.ts";
import { inputsOf, type Head } from "./head.ts";
import { pack, unpack, type Packed, type PackedType } from "./packed.ts";

export interface NamedHead {
  readonly card: HeadCard;
  readonly head: Head;
}

const KEYS = [
  "version",
  "id",
  "name",
  "kind",
  "policy",
  "unit",
  "weights",
  "teacher",
  "rank",
  "features",
  "sliderEnd",
  "explained",
  "training",
  "metrics",
];
const MAX_FEATURES = 8;

/** The file's contents, for `JSON.stringify`. `type` is that of the large matrices; vectors are float16. */
export function writeHead({ card, head }: NamedHead, type: PackedType): unknown {
  const { id, name, policy, teacher, sliderEnd, explained, training, metrics } = card;
  return {
    version: 1,
    id,
    name,
    kind: head.kind,
    policy,
    unit: head.kind === "value" ? 1 : head.unit,
    weights: packWeights(head, type),
    teacher,
    rank: head.kind === "low-rank" ? head.rank : 0,
    features: head.kind === "direction" ? [] : head.features,
    sliderEnd,
    explained,
    training,
    metrics,
  };
}

/**
 * @param value parsed JSON
 * @throws RunError "invalid-request" naming the place, the value and the bound
 */
export function readHead(value: unknown): NamedHead {
  const path = "head";
  const fields = checkFields(value, path, KEYS);
  if (fields.version !== 1)
    throw refuse(`${path}.version`, "1", fields.version, "open the file with the version that wrote it");
  const card = readCard(fields, path);
  return { card, head: readNumbers(fields, card.policy.hidden, path) };
}

function packWeights(head: Head, type: PackedType): Readonly<Record<string, Packed>> {
  const vector = (name: string, values: ArrayLike<number>): Packed => pack(name, values, [values.length], "float16");
  switch (head.kind) {
    case "direction":
      return { c: vector("c", head.c) };
    case "low-rank": {
      const { a, b, c, mean, scale, rank, hidden } = head;
      const [inner, outer] = [pack("a", a, [rank, inputsOf(head)], type), pack("b", b, [rank, hidden], type)];
      return { mean: vector("mean", mean), scale: vector("scale", scale), a: inner, b: outer, c: vector("c", c) };
    }
    case "value": {
      const { mean, scale, weights, intercept } = head;
      const numbers = { mean: vector("mean", mean), scale: vector("scale", scale) };
      return { ...numbers, weights: vector("weights", weights), intercept: vector("intercept", [intercept]) };
    }
    default:
      throw new Error(`unknown head ${JSON.stringify(head satisfies never)}`);
  }
}

function readNumbers(fields: Fields, hidden: number, path: string): Head {
  const kind = checkOneOf(fields.kind, `${path}.kind`, ["direction", "low-rank", "value"]);
  const unit = positive(fields.unit, `${path}.unit`);
  const isLowRank = kind === "low-rank";
  const rank = count(fields.rank, `${path}.rank`, isLowRank ? 1 : 0, isLowRank ? 4096 : 0);
  const features = readFeatures(fields.features, `${path}.features`, kind === "direction" ? 0 : 1);
  const inputs = features.length * hidden;
  const names = {
    direction: ["c"],
    "low-rank": ["mean", "scale", "a", "b", "c"],
    value: ["mean", "scale", "weights", "intercept"],
  };
  const packed = checkFields(fields.weights, `${path}.weights`, names[kind]);
  const numbers = (name: string, ...shape: number[]): Float32Array =>
    unpack(packed[name], `${path}.weights.${name}`, shape);
  if (kind === "direction") return { kind, hidden, c: numbers("c", hidden), unit };
  const scale = numbers("scale", inputs);
  const flat = scale.findIndex((each) => !(each > 0));
  if (flat >= 0) throw refuse(`${path}.weights.scale[${flat}]`, "above 0", scale[flat], ANEW);
  const reader = { hidden, features, mean: numbers("mean", inputs), scale };
  if (kind === "value")
    return { kind, ...reader, weights: numbers("weights", inputs), intercept: numbers("intercept", 1)[0]! };
  return {
    kind,
    ...reader,
    rank,
    a: numbers("a", rank, inputs),
    b: numbers("b", rank, hidden),
    c: numbers("c", hidden),
    unit,
  };
}

function readFeatures(value: unknown, path: string, min: number): readonly FeatureName[] {
  const names = checkArray(value, path, min, min === 0 ? 0 : MAX_FEATURES);
  return names.map((each, i) => {
    const name = checkString(each, `${path}[${i}]`, 20);
    if (!isFeatureName(name)) throw refuse(`${path}[${i}]`, "last, layer-N, or one of them with -mean", name, ANEW);
    if (names.indexOf(each) !== i) throw refuse(path, "a list of different features", name, "name each once");
    return name;
  });
}
