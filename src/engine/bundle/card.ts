/** `card.json`: what a model folder holds. Cards are untrusted input: every key is checked before use. */
import * as v from "valibot";
import { RunError } from "../../core/errors.ts";
import { OBJECTIVE_IDS, type ObjectiveId } from "../../core/types.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "not a SHA-256 in hex"));
const objective = v.picklist(OBJECTIVE_IDS);
/** Stays inside the folder: no leading slash, no "..", no scheme. */
const path = v.pipe(v.string(), v.regex(/^(?!.*\.\.)[\w][\w./-]*$/, "not a path inside the folder"));

const Card = v.strictObject({
  version: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[\w.-]+$/, "not a folder name")),
  kind: v.picklist(["policy", "arm", "value", "reward"]),
  objectives: v.array(objective),
  b: v.nullable(v.record(objective, v.pipe(v.number(), v.gtValue(0)))),
  vocabulary: v.strictObject({ size: count, fingerprint: sha256 }),
  layers: count,
  heads: count,
  kvHeads: count,
  headDim: count,
  context: count,
  params: count,
  licence: v.string(),
  files: v.array(v.strictObject({ path, bytes: count, sha256 })),
  training: v.strictObject({
    command: v.string(),
    seed: v.number(),
    device: v.string(),
    hours: v.number(),
    commit: v.string(),
    pairs: v.nullable(v.number()),
    labelNoise: v.nullable(v.union([v.string(), v.number()])),
  }),
  probe: v.strictObject({
    ids: v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.minLength(1)),
    top5: v.pipe(v.array(v.tuple([v.number(), v.number()])), v.minLength(1)),
    tolerance: v.pipe(v.number(), v.gtValue(0)),
  }),
  metrics: v.record(
    v.string(),
    v.strictObject({
      value: v.number(),
      n: v.number(),
      ci95: v.nullable(v.tuple([v.number(), v.number()])),
      command: v.string(),
    }),
  ),
});

export type ModelCard = v.InferOutput<typeof Card>;
export type FileRecord = ModelCard["files"][number];

const Objectives = v.array(
  v.strictObject({
    id: objective,
    kind: v.picklist(["story", "advice"]),
    unit: v.string(),
    mean: v.number(),
    sd: v.pipe(v.number(), v.gtValue(0)),
    range: v.tuple([v.number(), v.number()]),
    description: v.string(),
    needs: v.string(),
  }),
);

export type ObjectiveRecord = v.InferOutput<typeof Objectives>[number];

export function parseCard(id: string, json: unknown): ModelCard {
  const card = parse(Card, json, `${id}/card.json`);
  if (card.id !== id) throw corrupt(`${id}/card.json`, `its id is "${card.id}"`);
  if ((card.kind === "arm") !== (card.b !== null))
    throw corrupt(`${id}/card.json`, "an ARM must have b, and no other model may have it");
  return card;
}

export function parseObjectives(json: unknown): readonly ObjectiveRecord[] {
  return parse(Objectives, json, "objectives.json");
}

/** The record of a file that every model of its kind has. */
export function fileOf(card: ModelCard, name: string): FileRecord {
  const record = card.files.find((file) => file.path === name);
  if (record === undefined) throw corrupt(`${card.id}/card.json`, `it lists no ${name}`);
  return record;
}

/** The coefficient that the ARM of an objective was trained with. */
export function coefficientOf(card: ModelCard, id: ObjectiveId): number {
  const b = card.b?.[id];
  if (b === undefined) throw corrupt(`${card.id}/card.json`, `it has no b for ${id}`);
  return b;
}

function parse<T>(schema: v.GenericSchema<unknown, T>, json: unknown, file: string): T {
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw corrupt(file, `${v.getDotPath(issue) ?? "the whole file"}: ${issue.message}`);
}

function corrupt(file: string, reason: string): RunError {
  const message = `${file} does not describe a model that this version can use (${reason}). Load the model again.`;
  return new RunError("model-corrupt", message, { file, reason });
}
