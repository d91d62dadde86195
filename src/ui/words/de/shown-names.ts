import type * as english from "../shown-names.ts";

const NAMES: Readonly<Record<string, string>> = {
  // Lanes
  Plain: "Ungesteuert",
  Steered: "Gesteuert",
  "Steered × 2": "Gesteuert × 2",
  Both: "Beides",
  "GenARM, head": "GenARM, Head",
  "VAS, value head": "VAS, Value-Head",
  // Rewards and contrasts
  Simple: "Einfach",
  "Simple × 2": "Einfach × 2",
  "Simple words, value": "Einfache Wörter, Value",
  Formal: "Förmlich",
  Brief: "Kurz",
  Storyteller: "Märchenerzähler",
  Cheerful: "Fröhlich",
  Careful: "Vorsichtig",
  Cautious: "Vorsichtig",
  Helpful: "Hilfreich",
  Joy: "Freude",
  Adventure: "Abenteuer",
  Dialogue: "Dialog",
  Detail: "Details",
  Pirate: "Pirat",
  "Reading ease": "Lesbarkeit",
  // Personas
  Grandmother: "Großmutter",
  Lawyer: "Anwältin",
  Bard: "Barde",
  Teacher: "Lehrerin",
  Explorer: "Entdeckerin",
  Playwright: "Dramatikerin",
  Painter: "Malerin",
  // Recordings
  "Gravity, for a child": "Schwerkraft, für ein Kind",
  "A cup of tea, formally": "Eine Tasse Tee, förmlich",
  "A city, as a tale": "Eine Stadt, als Märchen",
  "Two wishes at once": "Zwei Wünsche zugleich",
  "Simple words, four ways": "Einfache Wörter, auf vier Arten",
  "A story, full adventure": "Eine Geschichte, voller Abenteuer",
  "Helpful against cautious": "Hilfreich gegen vorsichtig",
  "Adventure in dialogue": "Abenteuer im Dialog",
  "The same wish, ever stronger": "Derselbe Wunsch, immer stärker",
  // Known models
  "The smallest that answers questions; a good first choice.":
    "Das kleinste, das Fragen beantwortet; ein guter Anfang.",
  "With the Instruct model it makes a sibling ratio.":
    "Mit dem Instruct-Modell ergibt es ein Verhältnis von Geschwistern.",
  "Writes better than 135M, at twice the size; 135M models share its tokens.":
    "Schreibt besser als 135M, bei doppelter Größe; 135M-Modelle haben dieselben Tokens.",
  "Many languages; 151,936 tokens make each step read more.":
    "Viele Sprachen; mit 151.936 Tokens liest jeder Schritt mehr.",
  "The largest here: for graphics cards with memory to spare.":
    "Das größte hier: für Grafikkarten mit freiem Speicher.",
  "262,144 tokens: a large tokenizer on small layers.": "262.144 Tokens: ein großer Tokenizer auf kleinen Schichten.",
  "The teaching classic; it answers nothing.": "Der Klassiker im Unterricht; es beantwortet nichts.",
  "The small sibling of GPT-2, same tokens.": "Das kleine Geschwister von GPT-2, dieselben Tokens.",
  "Judges how positive an English text is; runs on the processor too.":
    "Beurteilt, wie positiv ein englischer Text ist; läuft auch auf dem Prozessor.",
  "Six kinds of toxicity, each by itself.": "Sechs Arten von Toxizität, jede für sich.",
};

/** Names with a part that changes: a number, or the name of what ranks. */
const PATTERNS: readonly (readonly [pattern: RegExp, german: (found: string) => string])[] = [
  [/^(.+) branch$/, (name) => `${shownName(name)} (Zweig)`],
  [/^Strength (\d+)$/, (strength) => `Stärke ${strength}`],
  [/^Best of (\d+)$/, (n) => `Best-of-${n}`],
  [/^Soft best of (\d+)$/, (n) => `Weiches Best-of-${n}`],
  [/^Oracle best of (\d+)$/, (n) => `Orakel-Best-of-${n}`],
  [/^Blocks, best of (\d+)$/, (n) => `Blöcke, Best-of-${n}`],
  [/^Best of 8 by (.+)$/, (by) => `Best-of-8 nach: ${by === "reading ease" ? "Lesbarkeit" : shownName(by)}`],
];

export const shownName: typeof english.shownName = (name) => {
  const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (known !== undefined) return known;
  for (const [pattern, german] of PATTERNS) {
    const found = pattern.exec(name)?.[1];
    if (found !== undefined) return german(found);
  }
  return name;
};
