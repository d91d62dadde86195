/** How the page is shown: nothing here changes what is decoded. */
import type { KeptText } from "./tab-storage.ts";
import * as v from "valibot";

const KEY = "tiller.prefs";
export const QUANTITIES = ["push", "probability", "kl", "entropy"] as const;
export type Theme = "auto" | "light" | "dark";
export type Quantity = (typeof QUANTITIES)[number];
export const TEXT_VIEWS = ["text", "numbers", "table"] as const;
export type TextView = (typeof TEXT_VIEWS)[number];

const schema = v.strictObject({
  theme: v.picklist(["auto", "light", "dark"] satisfies readonly Theme[]),
  isProjector: v.boolean(),
  quantity: v.picklist(QUANTITIES),
  textView: v.picklist(TEXT_VIEWS),
  hasShortcuts: v.boolean(),
});
type PrefsData = v.InferOutput<typeof schema>;

const DEFAULTS: PrefsData = {
  theme: "auto",
  isProjector: false,
  quantity: "push",
  textView: "text",
  hasShortcuts: true,
};

export class Prefs {
  data = $state.raw<PrefsData>(DEFAULTS);
  readonly #storage: KeptText | null;
  readonly #root: HTMLElement;

  constructor(storage: KeptText | null, root: HTMLElement) {
    this.#storage = storage;
    this.#root = root;
    const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), storage?.getItem(KEY));
    if (result.success) this.data = result.output;
    this.#apply();
  }

  update(patch: Partial<PrefsData>): void {
    this.data = { ...this.data, ...patch };
    this.#storage?.setItem(KEY, JSON.stringify(this.data));
    this.#apply();
  }

  /** For this visit: kept only once the visitor changes something. */
  visit(patch: Partial<PrefsData>): void {
    this.data = { ...this.data, ...patch };
    this.#apply();
  }

  /** Theme and projector are attributes of the root element, so that one style sheet decides everything. */
  #apply(): void {
    this.#root.dataset["theme"] = this.data.theme;
    this.#root.dataset["projector"] = String(this.data.isProjector);
  }
}
