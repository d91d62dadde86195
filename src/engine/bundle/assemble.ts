/** Puts a bundle of model folders together into what the decode loop needs. */
import { plainLetters } from "../../core/letters.ts";
import { RunError } from "../../core/errors.ts";
import { CAREFUL_JUDGE, type JudgeId } from "../../core/judges.ts";
import { OBJECTIVE_IDS, type DeviceReport, type ModelRef, type ObjectiveId } from "../../core/types.ts";
import { truth } from "../../objectives/truth.ts";
import { coefficientOf, fileOf, type ModelCard, type ObjectiveRecord } from "./card.ts";
import type {
  ArmSource,
  CausalModel,
  Models,
  RewardModel,
  TeachingPlace,
  Tokenizer,
  ValueModel,
} from "../interfaces.ts";
import { aborted, checkVocabularies, Loader } from "./loader.ts";
import { sha256 } from "./sha256.ts";
import {
  openFolder,
  follow,
  openBundledModel,
  openSession,
  type OpenOptions,
  type OpenedModel,
} from "./open-folder.ts";
import type { Runtime } from "../onnx/runtime.ts";
import { bundledPrompts } from "./prompts.ts";
import type { ModelFiles } from "./model-files.ts";
import { openTokenizer } from "./tokenizer.ts";

/** One folder for each part; the policy first, because its tokenizer serves all. */
export const BUNDLE: readonly string[] = bundleWith(CAREFUL_JUDGE);

/** The same with the judge that is asked for; the judge comes last. */
export function bundleWith(judge: JudgeId): readonly string[] {
  return ["policy", ...OBJECTIVE_IDS.map((id) => `arm-${id}`), "value", judge];
}

export interface OpenedBundle {
  readonly models: Models;
  readonly cards: readonly ModelCard[];
  readonly objectives: readonly ObjectiveRecord[];
  /** Frees the judge alone. */
  closeJudge(): Promise<void>;
}

/** The caller disposes the runtime, and every model with it. */
export async function openBundle(
  runtime: Runtime,
  device: DeviceReport,
  files: ModelFiles,
  options: OpenOptions,
): Promise<OpenedBundle> {
  const { loader, report } = follow(files, options);
  const { cards, objectives, totalBytes } = await loader.readBundle(options.ids);
  report("fetch", { totalBytes });
  let tokenizer: Tokenizer | null = null;
  const parts: OpenedModel[] = [];
  for (const [index, card] of cards.entries()) {
    if (card.kind === "policy") tokenizer = await readTokenizer(loader, card);
    parts.push(await openFolder(runtime, { loader, report }, card, options));
    report(index + 1 === cards.length ? "ready" : "self-check", { modelsDone: index + 1 });
  }
  const models = { ...assembledModels(cards, parts), tokenizer: tokenizer ?? missingPolicy() };
  const promptIds = bundledPrompts(models.tokenizer);
  const closeJudge = async (): Promise<void> => {
    for (const part of parts) if (part.kind === "reward") await part.model.dispose();
  };
  return { models: { ...models, device, promptIds, truth: judgeOf(objectives) }, cards, objectives, closeJudge };
}

/**
 * The same models under another judge: nothing else is fetched or compiled. The old judge is closed once the new one has
 * shown that its numbers are right; after a failure or a cancel it judges on.
 */
export async function exchangeJudge(
  runtime: Runtime,
  files: ModelFiles,
  bundle: OpenedBundle,
  judge: JudgeId,
  { signal, onProgress }: Omit<OpenOptions, "ids">,
): Promise<OpenedBundle> {
  const { loader, report } = follow(files, { ids: [judge], signal, onProgress });
  const others = bundle.cards.filter(({ kind }) => kind !== "reward");
  const card = await loader.card(judge);
  checkVocabularies([...others, card]);
  report("fetch", { modelId: judge, totalBytes: fileOf(card, "onnx/model.onnx").bytes });
  const part = await openFolder(runtime, { loader, report }, card, { signal });
  if (part.kind !== "reward")
    throw new RunError(
      "model-corrupt",
      `The model ${judge} cannot be the judge, because it scores no texts. Choose another judge.`,
    );
  if (signal.aborted) {
    await part.model.dispose();
    throw aborted();
  }
  await bundle.closeJudge();
  const cards = [...others, card];
  const models = { ...bundle.models, judge: part.model, refs: cards.map(refOf) };
  report("ready", { modelsDone: 1 });
  return { ...bundle, models, cards, closeJudge: () => part.model.dispose() };
}

/** One model by itself, for looking at its numbers. */
export async function openOne(
  runtime: Runtime,
  files: ModelFiles,
  id: string,
): Promise<OpenedModel & { card: ModelCard }> {
  const loader = new Loader(files, { signal: new AbortController().signal, onProgress: () => undefined });
  const card = await loader.card(id);
  return { ...(await openBundledModel(card, await openSession(runtime, card, await loader.graph(card)))), card };
}

/** The true objectives, with the standardisation that came with the models. */
function judgeOf(objectives: readonly ObjectiveRecord[]): Models["truth"] {
  // The truth reads the prompt as the models do.
  return (kind, prompt, response) => truth(kind, plainLetters(prompt), response, objectives);
}

export function refOf(card: ModelCard): ModelRef {
  return { id: card.id, sha256: fileOf(card, "onnx/model.onnx").sha256 };
}

async function readTokenizer(loader: Loader, card: ModelCard): Promise<Tokenizer> {
  const { file, config } = await loader.tokenizer(card);
  const { tokenizer, vocabularyLines } = openTokenizer(file, config);
  const fingerprint = await sha256(new TextEncoder().encode(vocabularyLines));
  if (fingerprint === card.vocabulary.fingerprint && tokenizer.vocabSize === card.vocabulary.size) return tokenizer;
  throw new RunError(
    "vocab-mismatch",
    `The tokenizer of ${card.id} does not match the model, which was trained with other tokens. Load the model again.`,
    { model: card.id, expected: card.vocabulary.fingerprint, found: fingerprint },
  );
}

/** Every part in its place. */
function assembledModels(
  cards: readonly ModelCard[],
  parts: readonly OpenedModel[],
): Pick<Models, "policy" | "arms" | "readers" | "classifiers" | "value" | "judge" | "teaching" | "refs"> {
  const arms = new Map<ObjectiveId, ArmSource>();
  const readers = new Map<string, CausalModel>();
  let policy: CausalModel | null = null;
  let teaching: TeachingPlace | null = null;
  let value: ValueModel | null = null;
  let judge: RewardModel | null = null;
  for (const [index, part] of parts.entries()) {
    const card = cards[index];
    if (card === undefined) continue;
    if (part.kind === "policy" || part.kind === "arm") readers.set(card.id, part.model);
    if (part.kind === "policy") [policy, teaching] = [part.model, teachingOf(card, part)];
    else if (part.kind === "value") value = part.model;
    else if (part.kind === "reward") judge = part.model;
    else for (const objective of card.objectives) arms.set(objective, armOf(card, objective, part.model));
  }
  const found = { policy: policy ?? missingPolicy(), ...(teaching !== null && { teaching }) };
  return { ...found, arms, readers, classifiers: new Map<string, never>(), value, judge, refs: cards.map(refOf) };
}

function teachingOf(
  { vocabulary }: ModelCard,
  { model: { states }, unembedding }: OpenedModel & { kind: "policy" | "arm" },
): TeachingPlace | null {
  if (states === undefined || unembedding === undefined) return null;
  const identity = { fingerprint: vocabulary.fingerprint, hidden: states.hidden, vocabulary: vocabulary.size };
  return { unembedding: () => Promise.resolve(unembedding), identity: () => Promise.resolve(identity) };
}

function armOf(card: ModelCard, objective: ObjectiveId, model: CausalModel): ArmSource {
  return { objective, b: coefficientOf(card, objective), model };
}

function missingPolicy(): never {
  const message = "The bundle has no policy to decode with. Check that the models folder is complete.";
  throw new RunError("model-missing", message);
}
