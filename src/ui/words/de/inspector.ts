import { fixed, HOLE, optional, probability, signed, visibleToken } from "../format.ts";
import type * as english from "../inspector.ts";
import { tokens } from "./counts.ts";
import { pushName } from "./names.ts";

export const inspector: typeof english.inspector = {
  label: "Gewähltes Token",
  empty: "Ein Token wählen, oder ← → drücken, um zu sehen, warum es gewählt wurde.",
  why: (lane, position) => `Warum „${HOLE}“ — ${lane}, Token ${position + 1}`,
  noCandidates: "Die Kandidaten dieser Probe wurden nicht gesichert.",
  reweighing: "Wird umgewichtet …",
  sameToken: "Umgewichtet: Dasselbe Token würde gezogen.",
  otherToken: `Umgewichtet: „${HOLE}“ würde gezogen.`,
  plainSame: "Das ungesteuerte Ziehen hätte dasselbe Token gezogen.",
  plainOther: `Das ungesteuerte Ziehen hätte „${HOLE}“ gezogen.`,
  flip: "Das ist ein Wechsel.",
  leaderChanged: "Die Steuerung hat ein anderes Token zum wahrscheinlichsten gemacht.",
  wholeTexts: "In dieser Spur steuert keine Belohnung ein Token. Der Gutachter wählte zwischen ganzen Texten.",
  probability: "Wahrscheinlichkeit",
  afterSampling: "nach Temperatur und Abschneiden",
  creditBy: (name) => `${HOLE} von ${name}`,
  credit: "Verdienst",
  klOfStep: `${HOLE} dieses Schritts`,
  kl: "KL",
  klToBase: "KL zum Basismodell",
  entropy: "Entropie",
  nats: (value, digits) => `${fixed(value, digits)} nat`,
  valuedMass: "Basiswahrscheinlichkeit der bewerteten Kandidaten",
  tail: "Wahrscheinlichkeit aller anderen Tokens",
  tailAtMost: "Wahrscheinlichkeit aller anderen Tokens, höchstens",
  change: (before, after) => `${probability(before)} → ${probability(after)}`,
  copy: "Zahlen kopieren",
};

export const equation: typeof english.equation = {
  caption: "Die Gleichung dieses Schritts für seine wahrscheinlichsten Tokens, in nat",
  token: "Token",
  axis: "log p, von unwahrscheinlich bis sicher",
  base: "Basis",
  value: "Value",
  logZ: "− log Z′",
  guided: "gesteuert",
  probability: "Wahrscheinlichkeit",
  remark: "Bemerkung",
  goOnHead: "damit weiter",
  goOn: (token) => `Mit ${visibleToken(token)} in einer neuen Spur weiter`,
  goOnTitle: "Mit diesem Token weiter, in einer neuen Spur",
  unnamed: (id) => `#${id}`,
};

export const remarkText: typeof english.remarkText = ({ isChosen, isPlain, leads, baseLogprob, guidedLogprob }) =>
  [
    ...(guidedLogprob === -Infinity && baseLogprob > -Infinity ? ["nicht plausibel"] : []),
    ...(isChosen ? ["gewählt"] : []),
    ...(isPlain ? ["Wahl des ungesteuerten Ziehens"] : []),
    ...(leads === "base" ? ["vorher am wahrscheinlichsten"] : []),
    ...(leads === "guided" ? ["jetzt am wahrscheinlichsten"] : []),
  ].join(", ");

export const tip: typeof english.tip = {
  probability: ({ base, guided }) => `p ${probability(base)} → ${probability(guided)}`,
  push: (name, nats) => `${name} ${signed(nats, 2)}`,
  spread: ({ kl, entropy }) => `KL ${fixed(kl, 2)} · H ${fixed(entropy, 2)}`,
  plain: "ungesteuert:",
};

export const sentence: typeof english.sentence = {
  label: "Sein Satz",
  title: (lane, number) => `Sein Satz — ${lane}, Satz ${number}`,
  changed: "Geänderte Tokens",
  noneChanged: (count) => `keines von ${tokens(count)}`,
  changedOf: (changed, count) => `${changed} von ${tokens(count)}:`,
  instead: (said, plain) => `„${visibleToken(said)}“ statt „${visibleToken(plain)}“`,
  pushedBy: "Geschoben von",
  noPush: "nichts: Hier steuert keine Belohnung ein Token",
  push: (id, nats, sources) => `${pushName(id, sources)} ${signed(nats, 2)} nat`,
  cost: "Preis",
  kl: "KL",
  costs: (kl, forwards) => `${fixed(kl, 2)} nat · ${optional(forwards, 1)} Durchgänge pro Token`,
  plain: "Ungesteuert",
  addPlain: "zum Vergleich eine ungesteuerte Spur hinzufügen",
  isPlain: "diese Spur",
  noSentence: (lane, number) => `${lane} hat keinen Satz ${number}`,
};

export const msText: typeof english.msText = ({ policy, rewards, tail, models }) => {
  const each = models ?? { Policy: policy, Belohnungen: rewards };
  const lines = Object.entries({ ...each, Rechnung: tail });
  return lines.map(([name, ms], i) => [i === 0 ? `Zeit aller Spuren: ${name}` : name, `${fixed(ms, 1)} ms`]);
};

export const soFarText: typeof english.soFarText = (obstacle) => {
  switch (obstacle) {
    case "decoding":
      return "Um die Wertungen der Proben bis hierher zu sehen, den Lauf anhalten oder sein Ende abwarten.";
    case "no-models":
      return "Um die Wertungen der Proben bis hierher zu sehen, die Modelle laden.";
    case "other-models":
      return "Dieser Lauf hatte einen anderen Gutachter als den geladenen, also lassen sich seine Proben hier nicht bewerten.";
    case "no-texts":
      return "Diese Aufzeichnung hat nicht die Texte aller Proben behalten, also kann der Gutachter sie nicht bewerten.";
    default:
      return obstacle satisfies never;
  }
};
