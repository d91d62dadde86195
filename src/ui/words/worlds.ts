/** Words of the two worlds: their switch, the offer to run the chat model here, and the contrasts that were tried. */
import type { FirstModelFacts } from "../../state/hub/first-model.svelte.ts";
import type { World } from "../../state/settings/worlds.ts";
import { bytes } from "./format.ts";
import { localized } from "./language.ts";

export const WORLD_NAMES: Readonly<Record<World, string>> = localized("worlds.WORLD_NAMES", {
  chat: "Chat model",
  laboratory: "Laboratory",
});

export const worlds = localized("worlds.worlds", {
  legend: "World",
  what: (world: World) =>
    world === "chat"
      ? "A real chat model answers any prompt on this device."
      : "Small models of a made-up world, where the truth of every reward is known.",
});

export const chatOffer = localized("worlds.chatOffer", {
  label: "The chat model",
  recorded: ({ name }: FirstModelFacts) =>
    `Tiller steers what a small language model writes, and shows what each reward changes. These are recorded answers of ${name}. Move a slider, and they are weighed anew without a model.`,
  empty: ({ name }: FirstModelFacts) => `${name} answers your own prompts on this device. Nothing you type leaves it.`,
  run: ({ bytes: size, from }: FirstModelFacts, isKept: boolean) => {
    if (isKept) return "Run it on this device";
    if (size === null) return "Run it on this device (downloads the model once)";
    return `Run it on this device (${bytes(size)}, once${from === "server" ? ", from this server" : ""})`;
  },
});

/** Rewards that can be added by a press. */
export const chips = localized("worlds.chips", {
  there: (name: string) => `${name} has a slider`,
  full: (most: number) => `There are ${most} rewards, and a lane takes no more. Remove one to add another.`,
});

export const contrasts = localized("worlds.contrasts", {
  title: "Contrasts of two instructions",
  label: "Tried contrasts",
  hint: "They need no lesson, and two more rows of the model per token. Add one, then edit it as you like:",
});

export const conversation = localized("worlds.conversation", {
  earlier: "The conversation so far",
  asked: "You:",
  answered: "Model:",
  startOver: "Start over",
  system: "System prompt",
  isSet: " (set)",
  placeholder: "What the model is told before the conversation, such as: You are a patient teacher.",
  reply: "Reply to this answer",
});
