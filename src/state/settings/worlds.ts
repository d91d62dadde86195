/**
 * The two worlds of the page. "chat": a real chat model answers any prompt, and instructions reward it. "laboratory": the
 * bundled models of a small made-up world, where objectives have a known truth. Each keeps its own settings.
 */
import * as v from "valibot";
import type { Kind } from "../../core/types.ts";
import { POLICY } from "../../core/sources/spec.ts";
import { defaultSettings, newLane, noWeights, type SettingsData } from "./settings-data.ts";
import contrasts from "./contrasts.json" with { type: "json" };
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
  const [contrast] = CONTRASTS;
  if (contrast === undefined) throw new Error("the chat world has no contrast to begin with");
  const { name, better, worse, weight } = contrast;
  return {
    ...laboratory,
    ...CHAT_SAMPLING,
    kind: "advice",
    prompts: { ...laboratory.prompts, advice: presets.chat[0] ?? "" },
    sources: [{ id: "s1", name, type: "contrastive", model: POLICY, better, worse }],
    weights: { ...noWeights(), s1: weight },
    lanes: [newLane("a", "base"), newLane("b", "genarm"), newLane("c", "bon")],
  };
}
