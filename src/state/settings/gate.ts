/** Weights that the prompt chooses: shares of personas by labelled prompts (`core/combine/gate.ts`), unless set by hand. */
import { gateShares, letterSimilarity, mixedWeights, stateSimilarities } from "../../core/combine/gate.ts";
import type { PushId, Weights } from "../../core/types.ts";
import type { GateData } from "./persona-data.ts";
import prompts from "./gate-prompts.json" with { type: "json" };
import { personasOf, resolved, wholeWeights, type SourceSet } from "./personas.ts";
import type { SettingsData } from "./settings-data.ts";
import type { World } from "./worlds.ts";

export interface LabelledPrompt {
  readonly prompt: string;
  readonly persona: string;
}

export function labelledPrompts(world: World, { gate, kind }: SettingsData): readonly LabelledPrompt[] {
  return gate.prompts ?? prompts[world === "chat" ? "chat" : kind];
}

/** The policy's states of prompts, by the prompt; a prompt that was not read has none. */
export type PromptStates = ReadonlyMap<string, ArrayLike<number>>;

export interface GateBars {
  /** What told how like the prompts are. */
  readonly by: "states" | "letters";
  /** One a labelled prompt, and then one a persona. */
  readonly prompts: readonly (LabelledPrompt & { readonly share: number })[];
  readonly personas: readonly { readonly name: string; readonly share: number }[];
}

/** Labelled prompts without words or without a persona of that name stay out. */
export function gateBars(world: World, data: SettingsData, states: PromptStates): GateBars {
  const names = new Set(personasOf(world, data).map(({ name }) => name));
  const labelled = labelledPrompts(world, data).filter(
    ({ prompt, persona }) => prompt.trim() !== "" && names.has(persona),
  );
  const own = data.prompts[data.kind];
  const read = [own, ...labelled.map(({ prompt }) => prompt)].map((prompt) => states.get(prompt.trim()));
  const [mine, ...others] = read.filter((state) => state !== undefined);
  const hasStates = labelled.length > 1 && mine !== undefined && others.length === labelled.length;
  const similarities = hasStates
    ? stateSimilarities(mine, others)
    : labelled.map(({ prompt }) => letterSimilarity(own, prompt));
  const shares = gateShares(similarities, data.gate.temperature);
  const sums = new Map<string, number>();
  for (const [i, { persona }] of labelled.entries()) sums.set(persona, (sums.get(persona) ?? 0) + (shares[i] ?? 0));
  return {
    by: hasStates ? "states" : "letters",
    prompts: labelled.map((each, i) => ({ ...each, share: shares[i] ?? 0 })),
    personas: [...sums].map(([name, share]) => ({ name, share })),
  };
}

/** What the gate makes of the settings; nothing while it is off, and where no labelled prompt has a persona. */
export function gated(world: World, data: SettingsData, states: PromptStates): SettingsData {
  if (!data.gate.isOn) return data;
  const bars = gateBars(world, data, states);
  const all = personasOf(world, data);
  let set: SourceSet = { sources: data.sources, ends: data.ends };
  const tables: Weights[] = [];
  const shares: number[] = [];
  for (const { name, share } of bars.personas) {
    const persona = all.find((each) => each.name === name);
    const found = persona === undefined ? null : resolved(persona, set);
    if (found === null) continue;
    set = found;
    tables.push(found.weights);
    shares.push(share);
  }
  if (tables.length === 0) return data;
  const mixed = wholeWeights(mixedWeights(shares, tables), set);
  const kept = data.gate.byHand.flatMap((id) =>
    data.weights[id] === undefined ? [] : [[id, data.weights[id]] as const],
  );
  return { ...data, sources: set.sources, ends: set.ends, weights: { ...mixed, ...Object.fromEntries(kept) } };
}

/** A weight that the visitor sets while the prompt chooses them: the prompt leaves it alone from now on. */
export function byHand(gate: GateData, id: PushId): GateData {
  return !gate.isOn || gate.byHand.includes(id) ? gate : { ...gate, byHand: [...gate.byHand, id] };
}
