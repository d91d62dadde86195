/** Words of the three cards in front of the models dialog. */
import type { ModelCard } from "../../state/hub/cards.ts";
import { bytes, perSecond } from "./format.ts";
import { localized } from "./language.ts";

const PLACES: Readonly<Record<ModelCard["place"], string>> = { small: "Small", better: "Better", larger: "Larger" };
const SOURCES: Readonly<Record<ModelCard["source"], string>> = {
  hub: "from the Hub",
  server: "from this server",
  kept: "kept on this device",
};

export const modelCards = localized("model-cards.modelCards", {
  label: "Chat models",
  place: ({ place, isBest }: Pick<ModelCard, "place" | "isBest">) =>
    isBest ? `${PLACES[place]}, best for this device` : PLACES[place],
  download: "Download",
  memory: "Memory",
  speed: "Speed",
  licence: "Licence",
  size: (size: number | null, source: ModelCard["source"]) =>
    source === "kept" ? SOURCES.kept : `${size === null ? "size not confirmed" : bytes(size)}, ${SOURCES[source]}`,
  about: (value: string) => `about ${value}`,
  speedText: (speed: ModelCard["speed"]) =>
    speed === null
      ? "not known before its first run"
      : `about ${perSecond(speed.perSecond)} tokens/s, ${speed.isMeasured ? "measured here" : "estimated"}`,
  licenceText: (licence: string | null) => licence ?? "not stated",
  file: ({ repo, file }: Pick<ModelCard, "repo" | "file">) => `${file} of ${repo}`,
  tooLarge: "It needs more memory than this device may give.",
  load: (name: string) => `Load ${name}`,
  loaded: (name: string) => `${name} is loaded`,
  lookUp: (name: string) => `Look up ${name}`,
});
