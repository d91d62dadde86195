/** Words of the offer of a real model from the page's own server. */
import { bytes } from "./format.ts";

export const servedOffer = {
  label: "A real model",
  what: "The models of this page know only a small made-up world. A real chat model answers any prompt, and it runs on this device too.",
  load: (name: string, size: number, isKept: boolean) =>
    isKept ? `Load ${name}, kept on this device` : `Load ${name}, ${bytes(size)}, from this server`,
} as const;
