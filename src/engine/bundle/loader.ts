/** Reads model folders, checks every byte against its card, and tells how far it is. */
import { RunError } from "../../core/errors.ts";
import { fileOf, parseCard, parseObjectives, type FileRecord, type ModelCard, type ObjectiveRecord } from "./card.ts";
import type { ModelFiles } from "./model-files.ts";
import { sha256 } from "./sha256.ts";

/** Files that a model needs at run time; the rest of the folder is for other libraries. */
const GRAPH = "onnx/model.onnx";
const TOKENIZER = "tokenizer.json";
const TOKENIZER_CONFIG = "tokenizer_config.json";

export interface FetchProgress {
  readonly phase: "fetch" | "verify";
  readonly modelId: string;
  readonly loadedBytes: number;
}

export interface Bundle {
  readonly cards: readonly ModelCard[];
  readonly objectives: readonly ObjectiveRecord[];
  /** Bytes of all files that will be read. */
  readonly totalBytes: number;
}

export interface LoaderOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FetchProgress) => void;
}

export class Loader {
  readonly #files: ModelFiles;
  readonly #options: LoaderOptions;
  #loadedBytes = 0;

  constructor(files: ModelFiles, options: LoaderOptions) {
    this.#files = files;
    this.#options = options;
  }

  /** Cards first: they are small, and say how much there is to come. */
  async readBundle(ids: readonly string[]): Promise<Bundle> {
    const cards: ModelCard[] = [];
    for (const id of ids) cards.push(await this.card(id));
    checkVocabularies(cards);
    const objectives = parseObjectives(await this.#readJson("objectives.json"));
    const totalBytes = cards.flatMap((card) => filesOf(card)).reduce((total, file) => total + file.bytes, 0);
    return { cards, objectives, totalBytes };
  }

  async card(id: string): Promise<ModelCard> {
    return parseCard(id, await this.#readJson(`${id}/card.json`));
  }

  graph(card: ModelCard): Promise<Uint8Array> {
    return this.#readChecked(card, fileOf(card, GRAPH));
  }

  async tokenizer(card: ModelCard): Promise<{ readonly file: unknown; readonly config: unknown }> {
    const file = await this.#readChecked(card, fileOf(card, TOKENIZER));
    const config = await this.#readChecked(card, fileOf(card, TOKENIZER_CONFIG));
    return { file: parseJson(TOKENIZER, file), config: parseJson(TOKENIZER_CONFIG, config) };
  }

  /** A file that differs from its card is asked for once more, past every cache, before it counts as corrupt. */
  async #readChecked(card: ModelCard, file: FileRecord): Promise<Uint8Array> {
    const path = `${card.id}/${file.path}`;
    const before = this.#loadedBytes;
    for (const isFresh of [false, true]) {
      const bytes = await this.#read(path, isFresh, (received) => this.#report("fetch", card.id, before + received));
      this.#report("verify", card.id, before + bytes.byteLength);
      if (bytes.byteLength === file.bytes && (await sha256(bytes)) === file.sha256) {
        this.#loadedBytes = before + file.bytes;
        return bytes;
      }
    }
    throw new RunError(
      "model-corrupt",
      `The file ${path} is damaged: its checksum differs from the one in the model's card. Reload the page to fetch it again.`,
      { file: path, bytes: file.bytes, sha256: file.sha256 },
    );
  }

  async #readJson(path: string): Promise<unknown> {
    return parseJson(path, await this.#read(path, false, () => undefined));
  }

  async #read(path: string, isFresh: boolean, onBytes: (received: number) => void): Promise<Uint8Array> {
    const { signal } = this.#options;
    if (signal.aborted) throw aborted();
    try {
      return await this.#files.read(path, { signal, isFresh, onBytes });
    } catch (error) {
      if (signal.aborted) throw aborted();
      throw error;
    }
  }

  #report(phase: FetchProgress["phase"], modelId: string, loadedBytes: number): void {
    this.#options.onProgress({ phase, modelId, loadedBytes });
  }
}

export function aborted(): RunError {
  return new RunError("aborted", "Loading was cancelled.");
}

function filesOf(card: ModelCard): FileRecord[] {
  const names = card.kind === "policy" ? [TOKENIZER, TOKENIZER_CONFIG, GRAPH] : [GRAPH];
  return names.map((name) => fileOf(card, name));
}

/** Guidance adds numbers token by token: one id must mean one token in every model. */
export function checkVocabularies(cards: readonly ModelCard[]): void {
  const first = cards[0];
  const other = cards.find((card) => card.vocabulary.fingerprint !== first?.vocabulary.fingerprint);
  if (first === undefined || other === undefined) return;
  throw new RunError(
    "vocab-mismatch",
    `The models ${first.id} and ${other.id} split text into different tokens and cannot guide each other. Use models of one family.`,
    { first: first.id, second: other.id },
  );
}

function parseJson(path: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new RunError(
      "model-corrupt",
      `The file ${path} is damaged: it is not JSON. Reload the page to fetch it again.`,
      {
        file: path,
        reason: String(error),
      },
    );
  }
}
