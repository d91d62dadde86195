/**
 * What the bundled recordings show: one lesson each, all from the default seed. That seed was picked so that the first
 * recording is ordinary: plain text near the mean, and gains near those of docs/models.md.
 */
import defaults from "../../src/core/defaults.json" with { type: "json" };
import type { JudgeId } from "../../src/core/judges.ts";
import { defaultsOf, FIRST_HEADS, type World } from "../../src/state/settings/worlds.ts";
import { toRequest } from "../../src/state/settings/to-request.ts";
import { newLane, noWeights, type LaneSettings } from "../../src/state/settings/settings-data.ts";
import type { SourceId, SourceSpec } from "../../src/core/sources/spec.ts";
import type { Kind, LaneRequest, RunRequest, Sampling, Weights } from "../../src/core/types.ts";

export interface Example {
  readonly file: string;
  readonly title: string;
  readonly world: World;
  /** Of the laboratory; absent: the careful one. */
  readonly judge?: JudgeId;
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

const LABORATORY: readonly Omit<Example, "world">[] = [
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

/** As the page itself would ask: the learned rewards that it begins with, of which these have a weight. */
function chatRequest(prompt: string, names: readonly string[], lanes: readonly LaneSettings[]): RunRequest {
  const own = defaultsOf("chat");
  return toRequest({
    ...own,
    prompts: { ...own.prompts, advice: prompt },
    // A model of this size begins to repeat itself later on.
    maxTokens: 80,
    weights: { ...own.weights, ...weightsOf(names) },
    lanes: [...lanes],
  });
}

/** Each first head at its start, or at 0 where it is not named. */
function weightsOf(names: readonly string[]): Readonly<Record<SourceId, number>> {
  return Object.fromEntries(FIRST_HEADS.map(({ name, start }, i) => [`s${i + 1}`, names.includes(name) ? start : 0]));
}

/** Plain, steered, steered twice as hard, and the best of eight. The names stay true when a visitor moves other sliders. */
function oneWish(): readonly LaneSettings[] {
  const { strength } = defaultsOf("chat");
  return [
    newLane("a", "base"),
    { ...newLane("b", "genarm"), name: "Steered" },
    { ...newLane("c", "genarm"), name: "Steered × 2", strength: 2 * strength },
    newLane("d", "bon"),
  ];
}

function twoWishes(first: string, second: string): readonly LaneSettings[] {
  const only = (names: readonly string[]): LaneSettings["weights"] => ({ ...noWeights(), ...weightsOf(names) });
  return [
    newLane("a", "base"),
    { ...newLane("b", "genarm"), name: first, weights: only([first]) },
    { ...newLane("c", "genarm"), name: second, weights: only([second]) },
    { ...newLane("d", "genarm"), name: "Both" },
  ];
}

/** Together 16, at which the value head was read: a weight of the page is at most 4. */
const VALUE = { source: "s5", weight: 4, strength: 4 } as const;

/** The four strategies on one question: a head of tokens, a value head that looks ahead, and plain samples to choose among. */
function fourWays(prompt: string): RunRequest {
  const own = defaultsOf("chat");
  const source: SourceSpec = {
    id: VALUE.source,
    name: "Simple words, value",
    type: "head",
    head: "simple-words-value",
    kind: "value",
  };
  const simple = weightsOf(["Simple"]);
  return toRequest({
    ...own,
    prompts: { ...own.prompts, advice: prompt },
    maxTokens: 80,
    sources: [...own.sources, source],
    weights: { ...own.weights, ...simple, [VALUE.source]: VALUE.weight },
    lanes: [
      newLane("a", "base"),
      { ...newLane("b", "genarm"), name: "GenARM, head" },
      { ...newLane("c", "vas"), name: "VAS, value head", k: 8, strength: VALUE.strength },
      // It ranks by the reward that the second lane steers by.
      { ...newLane("d", "bon"), weights: { ...noWeights(), ...simple } },
    ],
  });
}

const CHAT: readonly Omit<Example, "world">[] = [
  {
    file: "chat-simple.json",
    title: "Gravity, for a child",
    request: chatRequest("What is gravity?", ["Simple"], oneWish()),
  },
  {
    file: "chat-formal.json",
    title: "A cup of tea, formally",
    request: chatRequest("How do I make a good cup of tea?", ["Formal"], oneWish()),
  },
  {
    file: "chat-story.json",
    title: "A city, as a tale",
    request: chatRequest("Tell me about the city of Venice.", ["Storyteller"], oneWish()),
  },
  {
    file: "chat-two-wishes.json",
    title: "Two wishes at once",
    request: chatRequest("Tell me about a lost cat.", ["Storyteller", "Simple"], twoWishes("Storyteller", "Simple")),
  },
  {
    file: "chat-four-ways.json",
    title: "Simple words, four ways",
    request: fourWays("Why do we sleep?"),
  },
];

export const EXAMPLES: readonly Example[] = [
  ...CHAT.map((example): Example => ({ ...example, world: "chat" })),
  ...LABORATORY.map((example): Example => ({ ...example, world: "laboratory" })),
];
