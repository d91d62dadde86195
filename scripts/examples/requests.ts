/**
 * What the bundled recordings show: one lesson each, all from the default seed. That seed was picked so that the first
 * recording is ordinary: plain text near the mean, and gains near those of docs/models.md.
 */
import defaults from "../../src/core/defaults.json" with { type: "json" };
import type { Kind, LaneRequest, RunRequest, Sampling, Weights } from "../../src/core/types.ts";

export interface Example {
  readonly file: string;
  readonly title: string;
  readonly request: RunRequest;
}

const { beta, k, seed, plausible, temperature, topK, topP, minP } = defaults;
const { joy, adventure, dialogue, helpful, cautious } = defaults.fullWeight;
/** Long enough for a whole story. */
const maxTokens = defaults.maxTokens;
const sampling: Sampling = { plausible, temperature, topK, topP, minP };

const plain: LaneRequest = { name: "Plain", strategy: { id: "base" }, sampling };

function genarm(name: string, weights: Weights, ownBeta = beta): LaneRequest {
  return { name, strategy: { id: "genarm", beta: ownBeta, weights }, sampling };
}

function vas(weights: Weights): LaneRequest {
  return { name: "VAS", strategy: { id: "vas", beta, weights, k }, sampling };
}

function best(weights: Weights): LaneRequest {
  const n = 8;
  return { name: `Best of ${n}`, strategy: { id: "bon", n, beta, weights, ensemble: "mean", lambda: 1 }, sampling };
}

/** The four strategies side by side under one wish. */
function fourStrategies(weights: Weights): readonly LaneRequest[] {
  return [plain, genarm("GenARM", weights), vas(weights), best(weights)];
}

function request(kind: Kind, prompt: string, lanes: readonly LaneRequest[]): RunRequest {
  return { version: 1, kind, prompt, seed, maxTokens, lanes };
}

const HEDGEHOG = "One rainy morning a small hedgehog named Bramble found a key under a leaf.";
const DOOR = "Ottilie had never dared to open the blue door at the end of the lane.";
const CAMPFIRE = "How do I light a campfire?";

export const EXAMPLES: readonly Example[] = [
  {
    file: "adventure.json",
    title: "A story, full adventure",
    request: request("story", HEDGEHOG, fourStrategies({ adventure })),
  },
  {
    file: "helpful-cautious.json",
    title: "Helpful against cautious",
    request: request("advice", CAMPFIRE, [
      plain,
      genarm("Helpful", { helpful }),
      genarm("Cautious", { cautious }),
      genarm("Both", { helpful, cautious }),
    ]),
  },
  {
    file: "adventure-dialogue.json",
    title: "Adventure in dialogue",
    request: request("story", DOOR, fourStrategies({ adventure, dialogue })),
  },
  {
    file: "too-strong.json",
    title: "The same wish, ever stronger",
    request: request("story", HEDGEHOG, [
      plain,
      genarm("Strength 1", { joy }, 1),
      genarm("Strength 3", { joy }, 1 / 3),
      genarm("Strength 6", { joy }, 1 / 6),
    ]),
  },
];
