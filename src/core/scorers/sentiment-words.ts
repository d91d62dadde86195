/** Words that change the sentiment of the words after them (Hutto and Gilbert, 2014). */

const STEP = 0.293;

const STRONGER =
  "absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous enormously entirely " +
  "especially exceptional exceptionally extreme extremely fabulously flipping flippin frackin fracking fricking frickin " +
  "frigging friggin fully fuckin fucking fuggin fugging greatly hella highly hugely incredible incredibly intensely major " +
  "majorly more most particularly purely quite really remarkably so substantially thoroughly total totally tremendous " +
  "tremendously uber unbelievably unusually utter utterly very";

const WEAKER =
  "almost barely hardly kinda kindof kind-of less little marginal marginally occasional occasionally partly scarce scarcely " +
  "slight slightly somewhat sorta sortof sort-of";

/** What a word adds to the size of the sentiment after it. */
export const BOOSTERS: ReadonlyMap<string, number> = new Map([
  ...STRONGER.split(" ").map((word) => [word, STEP] as const),
  ...WEAKER.split(" ").map((word) => [word, -STEP] as const),
]);

/** Pairs of words that weaken. */
export const WEAKER_PAIRS: ReadonlySet<string> = new Set(["just enough", "kind of", "sort of"]);
export const WEAKER_PAIR_STEP = -STEP;

const NEGATIONS = new Set(
  (
    "aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent isnt mightnt mustnt neither neednt never none " +
    "nope nor not nothing nowhere oughtnt shant shouldnt uhuh uh-uh wasnt werent without wont wouldnt rarely seldom despite"
  ).split(" "),
);

/** @param word in small letters */
export function isNegation(word: string): boolean {
  return NEGATIONS.has(word) || word.includes("n't");
}

/** Phrases with a sentiment of their own, on the lexicon's scale from -4 to 4. */
export const PHRASES: ReadonlyMap<string, number> = new Map([
  ["the shit", 3],
  ["the bomb", 3],
  ["bad ass", 1.5],
  ["bus stop", 0],
  ["yeah right", -2],
  ["kiss of death", -1.5],
  ["to die for", 3],
  ["beating heart", 3.5],
]);
