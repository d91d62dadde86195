/** Words of the offer of a real model from the page's own server. */
import { bytes } from "./format.ts";
import { localized } from "./language.ts";

export const servedOffer = localized("served.servedOffer", {
  label: "A real model",
  what: "The models of this page know only a small made-up world. A real chat model answers any prompt, and it runs on this device too.",
  load: (name: string, size: number, isKept: boolean) =>
    isKept ? `Load ${name}, kept on this device` : `Load ${name}, ${bytes(size)}, from this server`,
});

/** What to do with a model that was just loaded. */
export const readyLine = localized("served.readyLine", {
  text: (id: string, isChat: boolean, isSteered: boolean) =>
    `${id.split("/").at(-1) ?? id} is ready. ${isChat ? "Ask it something" : "Write the beginning of a text"} and press Run. ${
      isSteered
        ? "The first lane shows what it writes by itself."
        : "To steer it, press Add under “Rewards without training”: it needs two instructions and no other model."
    }`,
});
