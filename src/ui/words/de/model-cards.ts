import { bytes, perSecond } from "../format.ts";
import type * as english from "../model-cards.ts";

const PLACES = { small: "Klein", better: "Besser", larger: "Größer" } as const;
const SOURCES = {
  hub: "vom Hub",
  server: "von diesem Server",
  kept: "auf diesem Gerät",
} as const;

export const modelCards: typeof english.modelCards = {
  label: "Chatmodelle",
  place: ({ place, isBest }) => (isBest ? `${PLACES[place]}, am besten für dieses Gerät` : PLACES[place]),
  download: "Download",
  memory: "Speicher",
  speed: "Tempo",
  licence: "Lizenz",
  size: (size, source) =>
    source === "kept" ? SOURCES.kept : `${size === null ? "Größe nicht bestätigt" : bytes(size)}, ${SOURCES[source]}`,
  about: (value) => `etwa ${value}`,
  speedText: (speed) =>
    speed === null
      ? "vor dem ersten Lauf nicht bekannt"
      : `etwa ${perSecond(speed.perSecond)} Tokens/s, ${speed.isMeasured ? "hier gemessen" : "geschätzt"}`,
  licenceText: (licence) => licence ?? "nicht angegeben",
  file: ({ repo, file }) => `${file} aus ${repo}`,
  tooLarge: "Es braucht mehr Speicher, als dieses Gerät geben mag.",
  load: (name) => `${name} laden`,
  loaded: (name) => `${name} ist geladen`,
  lookUp: (name) => `${name} nachschlagen`,
};
