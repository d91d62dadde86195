/**
 * The list of real models that lie beside the page, on its own server: `served/index.json`. `npm start` makes it on
 * request, and `npm run build -- --with-model` writes it as a file. What comes from a server is untrusted.
 */

/** Folder beside the page that holds the list and the models. */
export const SERVED = "served/";
export const SERVED_INDEX = "index.json";

export interface ServedFile {
  /** Relative to the model's folder, with "/" between folders. */
  readonly path: string;
  readonly bytes: number;
  /** In hex; null where nobody counted it. */
  readonly sha256: string | null;
  /** Changes with the contents. */
  readonly version: string | null;
  /** Bytes of the pieces in which the file lies there, in their order; absent where it lies there whole. */
  readonly pieces?: readonly number[];
}

export interface ServedModel {
  /** Name of its folder. */
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  readonly licence: string | null;
  readonly files: readonly ServedFile[];
}

export interface ServedIndex {
  readonly version: 1;
  readonly models: readonly ServedModel[];
}

/** Where a piece of a file lies, beside where the file would. */
export function pieceName(path: string, index: number): string {
  return `${path}.${String(index).padStart(3, "0")}`;
}

/** What would be fetched. */
export function servedBytes({ files }: ServedModel): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The models of a list. Anything else, such as a web page in its place, holds none; entries that are no model are left out. */
export function readServedIndex(json: unknown): readonly ServedModel[] {
  if (!isObject(json) || json["version"] !== 1 || !Array.isArray(json["models"])) return [];
  return json["models"].flatMap((each: unknown) => readModel(each) ?? []);
}

const SAFE_ID = /^[A-Za-z0-9][\w.-]{0,95}$/;
/** No way out of the model's folder. */
const SAFE_PATH = /^(?!\/)(?!.*(^|\/)\.)[^\\?#]{1,300}$/;

function readModel(json: unknown): ServedModel | null {
  if (!isObject(json) || typeof json["id"] !== "string" || !SAFE_ID.test(json["id"])) return null;
  const { name, licence, files } = json;
  if (!Array.isArray(files) || files.length === 0) return null;
  const read = files.map(readFile);
  if (read.includes(null)) return null;
  return {
    id: json["id"],
    name: textOf(name) ?? json["id"],
    licence: textOf(licence),
    files: read.filter((file) => file !== null),
  };
}

function readFile(json: unknown): ServedFile | null {
  if (!isObject(json)) return null;
  const { path, bytes, sha256, version, pieces } = json;
  if (typeof path !== "string" || !SAFE_PATH.test(path) || !isSize(bytes)) return null;
  const file = { path, bytes, sha256: hashOf(sha256), version: textOf(version) };
  if (pieces === undefined) return file;
  if (!Array.isArray(pieces) || !pieces.every(isSize)) return null;
  const isWhole = pieces.reduce((sum, each) => sum + each, 0) === bytes;
  return isWhole && pieces.length > 0 ? { ...file, pieces } : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" && value.length <= 100 ? value : null;
}

function hashOf(value: unknown): string | null {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? value : null;
}
