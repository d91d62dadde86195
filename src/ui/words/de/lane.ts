import { isObjective, pushIds, sourceIds } from "../../../core/push-ids.ts";
import type { Weights } from "../../../core/types.ts";
import { BLANK, fixed, signed } from "../format.ts";
import type * as english from "../lane.ts";
import { blockwiseSubtitle } from "./blocks.ts";
import { arms, givenTokens, samples, sources, tokens } from "./counts.ts";

export const lane: typeof english.lane = {
  reading: "Der Prompt wird gelesen …",
  empty: "Noch nichts.",
  notRun: "Starten, um diese Spur zu füllen.",
  textLabel: (name, count) => `${name}: ${tokens(count)}`,
  tableLabel: (name) => `${name}, Token für Token`,
  inSight: "Spuren im Blick",
  allSamples: (count) => `Alle ${samples(count)}`,
  allSamplesTitle: (name) => `${name}: alle Proben`,
  writing: (count, length) =>
    `${samples(count)} werden geschrieben, je ${tokens(length)}. Die erste ist zu sehen, bis eine gewählt ist.`,
  draws: (count) => `Zieht ${samples(count)} und zeigt die mit der höchsten Wertung.`,
  heads: {
    position: "#",
    token: "Token",
    push: "Schub",
    p: "p",
    kl: "KL",
    entropy: "H",
    plain: "ungest.",
  },
};

export const laneMenu: typeof english.laneMenu = {
  title: (name) => `Einstellungen von ${name}`,
  name: "Name",
  strategy: "Strategie",
  hint: "Eine angekreuzte Einstellung gilt nur für diese Spur. Alle anderen sind die der Seite.",
  strength: "Stärke",
  temperature: "Temperatur",
  k: "Kandidaten k",
  n: "Proben N",
  judges: "Gutachter",
  penalty: "λ der Uneinigkeit",
  share: "λ des Mittels",
  ensembles: {
    mean: "ihr Mittel",
    wco: "die niedrigste Wertung",
    uwo: "Mittel minus Uneinigkeit",
    robust: "Mittel und niedrigste Wertung, gemischt",
  },
  ownObjectives: "Eigene Ziele",
  ownWeights: "Eigene Gewichte",
  own: (label) => `Eigener Wert: ${label}`,
  branch: (given) => `Diese Spur ist ein Zweig. Sie beginnt mit ${plural(given)}.`,
  writeFreely: "Stattdessen frei schreiben",
  read: "Durch eine Belohnung lesen",
  duplicate: "Verdoppeln",
  remove: "Entfernen",
};

/** In the dative. */
function plural(given: number): string {
  return given === 1 ? "1 vorgegebenen Token" : givenTokens(given).replace("vorgegebene ", "vorgegebenen ");
}

export const laneFooter: typeof english.laneFooter = {
  objective: "Ziel",
  source: "Belohnung ohne Training",
  truth: "Wahrheit",
  truthSteers: "Wahrheit (steuert)",
  judge: "Gutachter",
  reward: "Belohnung",
  best: "am besten",
  notScored: "Der Gutachter bewertet dieses Ziel nicht.",
  notScoredShort: "–",
  kl: "KL",
  klAtMost: "KL ≤",
  klToBase: "KL zur Basis",
  klToBaseAtMost: "KL zur Basis ≤",
  estimate: (value) => `gesch. ${fixed(value, 1)}`,
  toBase: (value) => `Basis ${fixed(value, 1)}`,
  toBaseTitle: "KL zum Basismodell bei Temperatur 1, ohne Abschneiden",
  perplexity: "Perplexität",
  distinct: "distinct",
  tokens: "Tokens",
  forwards: "Durchg./Token",
  speed: "Tokens/s",
};

export const knownText: typeof english.knownText = (value, digits) =>
  value === undefined ? BLANK : value === null ? "hier nicht bekannt" : signed(value, digits);

export const laneSubtitle: typeof english.laneSubtitle = ({ request, view }) => {
  const { strategy, opening } = request;
  if (opening !== undefined) return `ab Token ${opening.length}`;
  switch (strategy.id) {
    case "base":
      return "keine Belohnung";
    case "genarm":
      return termsText(strategy.weights);
    case "vas":
    case "args":
      return `k = ${strategy.k}`;
    case "bon":
    case "soft-bon":
    case "oracle-bon": {
      const chosen = view?.result?.chosen;
      if (chosen !== undefined) return `Probe ${chosen + 1}`;
      return strategy.id === "soft-bon" ? `β = ${fixed(strategy.beta, 2)}` : `N = ${strategy.n}`;
    }
    case "blockwise":
      return blockwiseSubtitle(strategy, view?.blocks.length ?? 0);
    default:
      return strategy satisfies never;
  }
};

function termsText(weights: Weights): string {
  const [own, others] = [pushIds(weights).filter(isObjective).length, sourceIds(weights).length];
  if (own + others === 0) return "noch keine Belohnung";
  if (others === 0) return arms(own);
  return own === 0 ? sources(others) : `${arms(own)}, ${sources(others)}`;
}
