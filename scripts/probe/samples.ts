/** Plain texts to make pairs of: the prompts of the page, or those of a file. */
import type { Kind, SampleResult } from "../../src/core/types.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { openScorer } from "../../src/engine/scorers/open-scorer.ts";
import { defaultsOf, promptsOf, type World } from "../../src/state/settings/worlds.ts";
import { newLane } from "../../src/state/settings/settings-data.ts";
import { toRequest } from "../../src/state/settings/to-request.ts";
import { withWordings } from "../../src/state/probe/texts.ts";
import more from "../../src/state/sweep/repeat-prompts.json" with { type: "json" };
import { wholeRun } from "../node/whole-run.ts";
import type { Sample } from "../../src/core/probe/pairs.ts";

export interface SampleOptions {
  readonly world: World;
  /** null takes the page's own. */
  readonly prompts: readonly string[] | null;
  readonly seeds: number;
  readonly maxTokens: number;
  readonly onProgress: (done: number, total: number) => void;
}

export async function plainSamples(models: Models, options: SampleOptions): Promise<Sample[]> {
  const { world, seeds, maxTokens, onProgress } = options;
  const sentiment = await openScorer({ type: "sentiment" });
  const tasks = tasksOf(options).flatMap((task) => Array.from({ length: seeds }, (_, i) => ({ ...task, seed: i + 1 })));
  const samples: Sample[] = [];
  for (const { kind, prompt, seed } of tasks) {
    const own = defaultsOf(world);
    const settings = { ...own, kind, prompts: { ...own.prompts, [kind]: prompt }, seed, maxTokens };
    const request = toRequest({ ...settings, sources: [], lanes: [newLane("p", "base")] });
    const events = await wholeRun(prompt, request, models);
    const result = events.flatMap((event): SampleResult[] => (event.type === "sample" ? [event.result] : []))[0];
    onProgress(samples.length + 1, tasks.length);
    if (result === undefined) continue;
    const text = result.text.trim();
    samples.push(withWordings({ kind, prompt, seed, text, truth: result.truth, sentiment: sentiment.score(text) }));
  }
  return samples;
}

function tasksOf({ world, prompts }: SampleOptions): { readonly kind: Kind; readonly prompt: string }[] {
  if (world === "chat") {
    return (prompts ?? [...promptsOf("chat"), ...more.chat]).map((prompt) => ({ kind: "advice", prompt }));
  }
  return (["story", "advice"] as const).flatMap((kind) =>
    (prompts ?? [...promptsOf(kind), ...more[kind]]).map((prompt) => ({ kind, prompt })),
  );
}
