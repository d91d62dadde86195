/**
 * The two worlds of the page. "chat": a real chat model answers any prompt, and instructions reward it. "laboratory": the
 * bundled models of a small made-up world, where objectives have a known truth. Each keeps its own settings.
 */
import * as v from "valibot";
import type { Kind } from "../../core/types.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import { defaultSettings, newLane, noWeights, type SettingsData } from "./settings-data.ts";
import contrasts from "./contrasts.json" with { type: "json" };
import firstHeads from "./first-heads.json" with { type: "json" };
import presets from "./presets.json" with { type: "json" };

export const WORLDS = ["chat", "laboratory"] as const;
export type World = (typeof WORLDS)[number];
export const worldSchema = v.picklist(WORLDS);

/** Two instructions whose difference steers well at its weight on SmolLM2-135M-Instruct (docs/real-models.md). */
export interface ContrastPreset {
  readonly name: string;
  readonly better: string;
  readonly worse: string;
  readonly weight: number;
}
export const CONTRASTS: readonly ContrastPreset[] = contrasts;

/** A learned reward that a first visit finds: where its slider starts and ends at strength 1, as its card says. */
export interface FirstHead {
  readonly head: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}
export const FIRST_HEADS: readonly FirstHead[] = firstHeads;

/** What a real chat model starts with: at temperature 1 over its whole vocabulary a small one rambles. */
export const CHAT_SAMPLING = { temperature: 0.7, plausible: 0.1, maxTokens: 120 } as const;

/** What models make of a prompt: the laboratory's two kinds of text, an answer, or what follows. */
export type Writing = Kind | "chat" | "base";

export function writingOf(world: World, isBase: boolean, kind: Kind): Writing {
  if (world === "laboratory") return kind;
  return isBase ? "base" : "chat";
}

export function promptsOf(writing: Writing): readonly string[] {
  return presets[writing];
}

export function defaultsOf(world: World): SettingsData {
  return world === "chat" ? chatSettings() : defaultSettings();
}

function chatSettings(): SettingsData {
  const laboratory = defaultSettings();
  const sources = FIRST_HEADS.map(({ head, name }, i): SourceSpec => ({ id: `s${i + 1}`, name, type: "head", head }));
  const ids = sources.map(({ id }) => id);
  return {
    ...laboratory,
    ...CHAT_SAMPLING,
    kind: "advice",
    prompts: { ...laboratory.prompts, advice: presets.chat[0] ?? "" },
    strength: 1,
    sources,
    // One reward shows what a reward does; the others wait.
    weights: {
      ...noWeights(),
      ...Object.fromEntries(FIRST_HEADS.map(({ start }, i) => [ids[i], i === 0 ? start : 0])),
    },
    ends: Object.fromEntries(FIRST_HEADS.map(({ end }, i) => [ids[i], end])),
    lanes: [newLane("a", "base"), newLane("b", "genarm"), newLane("c", "bon")],
  };
}
