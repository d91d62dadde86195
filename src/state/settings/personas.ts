/** Personas: weights under a name. Some come with each world; a visitor keeps others. Both say what they wish for, not ids. */
import { isObjective, pushIds } from "../../core/push-ids.ts";
import { SOURCE_LIMITS, type SourceId, type SourceSpec } from "../../core/sources/spec.ts";
import type { ObjectiveId, PushId, Weights } from "../../core/types.ts";
import { PERSONA_LIMITS, type OwnPersona } from "./persona-data.ts";
import personas from "./personas.json" with { type: "json" };
import { LIMITS, noWeights, type AllWeights, type SettingsData } from "./settings-data.ts";
import { CONTRASTS, FIRST_HEADS, type World } from "./worlds.ts";

/** One reward of a persona. A source is named by what it does, so that it can be added where it is not there. */
type Wish =
  | { readonly type: "objective"; readonly id: ObjectiveId; readonly weight: number }
  | { readonly type: "source"; readonly spec: SourceSpec; readonly weight: number };

export interface Persona {
  readonly name: string;
  readonly wishes: readonly Wish[];
}

/** Those of the world in their written order, then the visitor's own; an own one takes the place of one of its name. */
export function personasOf(world: World, { personas: own, strength }: SettingsData): readonly Persona[] {
  const kept = own.map(fromOwn);
  const given = personas[world].map(({ name, wishes }): Persona => {
    const all = Object.entries(wishes).map(([id, weight]): Wish => {
      return isObjective(id) ? { type: "objective", id, weight } : headWish(id, weight / (strength || 1));
    });
    return { name, wishes: all };
  });
  return [...given.filter(({ name }) => !kept.some((each) => each.name === name)), ...kept];
}

/** @param spread weight times strength, as a head's card counts it */
function headWish(head: string, weight: number): Wish {
  const name = firstHead(head)?.name ?? head;
  return { type: "source", spec: { id: "s1", name, type: "head", head }, weight };
}

function fromOwn({ name, weights, sources }: OwnPersona): Persona {
  const table = new Map(Object.entries(weights));
  const wishes = pushIds(weights).flatMap((id): Wish[] => {
    const weight = table.get(id) ?? 0;
    if (isObjective(id)) return [{ type: "objective", id, weight }];
    const spec = sources.find((each) => each.id === id);
    return spec === undefined ? [] : [{ type: "source", spec, weight }];
  });
  return { name, wishes };
}

/** The weights on the page under a name; null without a name, and where as many are kept as may be. */
export function keptPersonas(name: string, data: SettingsData): readonly OwnPersona[] | null {
  const trimmed = name.trim().slice(0, PERSONA_LIMITS.nameCharacters);
  const others = data.personas.filter((each) => each.name !== trimmed);
  if (trimmed === "" || others.length >= PERSONA_LIMITS.own) return null;
  const ids = pushIds(data.weights).filter((id) => data.weights[id] !== 0);
  const weights = Object.fromEntries(ids.map((id) => [id, data.weights[id] ?? 0]));
  return [...others, { name: trimmed, weights, sources: data.sources.filter(({ id }) => ids.includes(id)) }];
}

export type SourceSet = Pick<SettingsData, "sources" | "ends">;

/**
 * A persona's weights over the page's sources; those that are not there are added. Where another model is loaded than the
 * heads belong to, the page has put contrasts of the same names in their places: they are weighed instead.
 * @returns null where there is no room for its sources
 */
export function resolved({ wishes }: Persona, old: SourceSet): (SourceSet & { readonly weights: Weights }) | null {
  let { sources, ends } = old;
  const weights: [PushId, number][] = [];
  for (const wish of wishes) {
    if (wish.type === "objective") {
      weights.push([wish.id, wish.weight]);
      continue;
    }
    const there = findSource(sources, wish.spec);
    if (there !== undefined) {
      weights.push([there.id, there.type === wish.spec.type ? wish.weight : standInWeight(wish)]);
      continue;
    }
    const id = freeId(sources);
    if (id === null) return null;
    sources = [...sources, { ...wish.spec, id }];
    const end = wish.spec.type === "head" ? firstHead(wish.spec.head)?.end : undefined;
    if (end !== undefined) ends = { ...ends, [id]: end };
    weights.push([id, wish.weight]);
  }
  return { sources, ends, weights: Object.fromEntries(weights) };
}

/** Every weight of the page, those that the persona does not name at 0. */
export function wholeWeights(weights: Weights, { sources }: Pick<SettingsData, "sources">): AllWeights {
  const all: Record<PushId, number> = { ...noWeights(), ...Object.fromEntries(sources.map(({ id }) => [id, 0])) };
  for (const id of pushIds(weights)) all[id] = tidy(id, weights[id] ?? 0);
  return all;
}

/** As finely as the sliders show it. */
function tidy(id: PushId, weight: number): number {
  const unit = isObjective(id) ? 10 : 100;
  const rounded = Math.round(weight * unit) / unit;
  return Math.min(LIMITS.weight.max, Math.max(LIMITS.weight.min, rounded));
}

/** The settings under a persona's weights; the prompt no longer chooses them. Null where there is no room. */
export function usePersona(persona: Persona, data: SettingsData): Partial<SettingsData> | null {
  const found = resolved(persona, data);
  if (found === null) return null;
  const { sources, ends } = found;
  return {
    sources,
    ends,
    weights: wholeWeights(found.weights, found),
    gate: { ...data.gate, isOn: false, byHand: [] },
  };
}

export function isInUse(persona: Persona, data: SettingsData): boolean {
  const found = resolved(persona, data);
  if (found === null || found.sources.length !== data.sources.length) return false;
  const wanted = wholeWeights(found.weights, found);
  return pushIds(wanted).every((id) => (data.weights[id] ?? 0) === wanted[id]);
}

/** Of a contrast in a head's place: the share of its own weight that the head would have had of its start. */
function standInWeight({ spec, weight }: Wish & { readonly type: "source" }): number {
  const contrast = CONTRASTS.find(({ name }) => name === spec.name);
  const start = spec.type === "head" ? firstHead(spec.head)?.start : undefined;
  return contrast === undefined || start === undefined ? weight : (weight / start) * contrast.weight;
}

/** The same reward, whatever its id and name; a head's stand-in by the head's name. */
function findSource(sources: readonly SourceSpec[], spec: SourceSpec): SourceSpec | undefined {
  const bare = (each: SourceSpec): string => {
    const { id: _, name: __, ...rest } = each;
    return JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  return (
    sources.find((each) => bare(each) === bare(spec)) ??
    sources.find((each) => spec.type === "head" && each.type === "contrastive" && each.name === spec.name)
  );
}

function firstHead(id: string) {
  return FIRST_HEADS.find(({ head }) => head === id);
}

function freeId(sources: readonly SourceSpec[]): SourceId | null {
  for (let number = 1; number <= SOURCE_LIMITS.sources; number++) {
    const id = `s${number}` as const;
    if (!sources.some((spec) => spec.id === id)) return id;
  }
  return null;
}
