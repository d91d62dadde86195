/** A file of results that is there from the first result on, so that nothing decoded is lost. */
import { accessSync, constants, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BadInput } from "./bad-input.ts";

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class OutFile {
  readonly #path: string;
  /** Written first and then renamed, so that a reader never meets half a file. */
  readonly #draft: string;

  /**
   * Makes the folder where it is missing, and finds out before any work whether the file can be written.
   * @throws BadInput
   */
  constructor(path: string) {
    this.#path = resolve(path);
    const folder = dirname(this.#path);
    this.#draft = join(folder, `.${basename(this.#path)}.part`);
    if (existsSync(this.#path) && statSync(this.#path).isDirectory()) {
      throw new BadInput(`${path}: is a folder; name a file in it`);
    }
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(existsSync(this.#path) ? this.#path : folder, constants.W_OK);
      writeFileSync(this.#draft, "");
    } catch (error) {
      throw new BadInput(`${path}: cannot be written (${reasonOf(error)}); choose another place with --out`);
    }
  }

  /** Replaces the file's contents. @throws BadInput that says where the draft lies */
  write(value: unknown): void {
    try {
      writeFileSync(this.#draft, `${JSON.stringify(value, null, 1)}\n`);
      renameSync(this.#draft, this.#path);
    } catch (error) {
      throw new BadInput(`${this.#path}: cannot be written (${reasonOf(error)}); free some room and run again`);
    }
  }
}
