/** A file of results that is there from the first result on, so that nothing decoded is lost. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { BadInput } from "./bad-input.ts";

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class OutFile {
  readonly #path: string;
  /** Written first and then renamed, so that a reader never meets half a file; null for devices and pipes. */
  readonly #draft: string | null;

  /**
   * Makes the folder where it is missing, and finds out before any work whether the file can be written.
   * @throws BadInput
   */
  constructor(path: string) {
    const named = resolve(path);
    const isThere = existsSync(named);
    // Renaming onto a link would replace the link and not the file behind it.
    this.#path = isThere ? realpathSync(named) : named;
    const found = isThere ? statSync(this.#path) : null;
    if (found?.isDirectory() === true || /[\\/]$/.test(path))
      throw new BadInput(`${path}: this is a folder; name a file in it`);
    const isSpecial = found !== null && !found.isFile();
    const folder = dirname(this.#path);
    this.#draft = isSpecial ? null : join(folder, `.${basename(this.#path)}.part`);
    try {
      mkdirSync(folder, { recursive: true });
      if (isThere) accessSync(this.#path, constants.W_OK);
      if (this.#draft !== null) writeFileSync(this.#draft, "");
    } catch (error) {
      throw new BadInput(`${path}: cannot be written (${reasonOf(error)}); choose another place with --out`);
    }
  }

  /** Replaces what the file holds, and leaves it as it was where that fails; devices and pipes get the last result alone. */
  tryWrite(value: unknown): boolean {
    if (this.#draft === null) return true;
    try {
      this.#replace(textOf(value));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * For the last result: where the place has become unusable, a copy goes elsewhere.
   * @throws BadInput that says where the copy is
   */
  write(value: unknown): void {
    const text = textOf(value);
    try {
      this.#replace(text);
    } catch (error) {
      throw new BadInput(`${this.#path}: cannot be written (${reasonOf(error)}); ${saveElsewhere(text, this.#path)}`);
    }
  }

  /** Takes the draft away where no result has come of it. */
  close(): void {
    if (this.#draft !== null) rmSync(this.#draft, { force: true });
  }

  #replace(text: string): void {
    writeFileSync(this.#draft ?? this.#path, text);
    if (this.#draft !== null) renameSync(this.#draft, this.#path);
  }
}

function textOf(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

function saveElsewhere(text: string, path: string): string {
  try {
    const copy = join(mkdtempSync(join(tmpdir(), "tiller-")), basename(path));
    writeFileSync(copy, text);
    return `the results are in ${copy}`;
  } catch (error) {
    return `nor could a copy be kept (${reasonOf(error)}); free some room and run again`;
  }
}
