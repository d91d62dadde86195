/** Real models that the page's own server offers; asked for once, when the page starts. */
import { readServedIndex, type ServedModel } from "../../core/served-models.ts";
import type { ModelWish } from "../../../workers/protocol.ts";

export class Served {
  models = $state.raw<readonly ServedModel[]>([]);
  /** Address of the folder that holds them. */
  readonly base: string;
  readonly #read: () => Promise<unknown>;

  constructor(base: string, read: () => Promise<unknown>) {
    this.base = base;
    this.#read = read;
  }

  async find(): Promise<void> {
    this.models = readServedIndex(await this.#read());
  }

  wish({ id }: ServedModel): ModelWish {
    return { address: { kind: "served", id, base: this.base }, dtype: null };
  }
}
