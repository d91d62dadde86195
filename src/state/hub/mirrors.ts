/** Origins that the visitor named; a worker may ask these and the Hub alone. They are kept on this device. */
import type { KeptText } from "../settings/tab-storage.ts";
import type { ModelAddress } from "../../../workers/protocol.ts";

const KEY = "tiller mirrors";

export class Mirrors {
  readonly #storage: KeptText | null;
  #origins: readonly string[];

  constructor(storage: KeptText | null) {
    this.#storage = storage;
    this.#origins = read(storage);
  }

  get origins(): readonly string[] {
    return this.#origins;
  }

  /** @returns whether the address lies at an origin that was not named before; it is from now on */
  admit(address: ModelAddress): boolean {
    if (address.kind !== "hub" || address.mirror === null) return false;
    const { origin } = new URL(address.mirror);
    if (!origin.startsWith("https:") || this.#origins.includes(origin)) return false;
    // Another tab may have added one meanwhile.
    this.#origins = [...new Set([...this.#origins, ...read(this.#storage), origin])];
    this.#storage?.setItem(KEY, JSON.stringify(this.#origins));
    return true;
  }
}

/** Storage is untrusted: anything may have written there. */
function read(storage: KeptText | null): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(storage?.getItem(KEY) ?? "[]");
    return Array.isArray(parsed)
      ? parsed.filter((each) => typeof each === "string" && each.startsWith("https://"))
      : [];
  } catch {
    return [];
  }
}
