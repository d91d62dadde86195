/** What the decode loop sees of a line-up. Nothing behind this file knows where a model came from. */
import type { DeviceReport, ModelRef, TokenId } from "../../core/types.ts";
import type { CausalModel, Classifier, Models, PromptVariant } from "../interfaces.ts";
import { sha256 } from "../bundle/sha256.ts";
import type { FetchedModel } from "./fetch-model.ts";
import type { Lineup } from "./lineup.ts";
import type { ModelText } from "./model-text.ts";
import { narrowed } from "./narrow.ts";

export async function modelsOfLineup(lineup: Lineup, device: DeviceReport): Promise<Models> {
  const { policy, loaded, fetched, vocabSize } = lineup;
  const readers = new Map<string, CausalModel>();
  const classifiers = new Map<string, Classifier>();
  for (const [id, opened] of loaded) {
    if (opened.kind === "causal") readers.set(id, narrowed(opened.model, vocabSize));
    else classifiers.set(id, opened.model);
  }
  const own = policy.text.tokenizer;
  return {
    tokenizer: { ...own, vocabSize, endIds: own.endIds.filter((id) => id < vocabSize) },
    policy: readers.get(policy.id) ?? policy.model,
    arms: new Map(),
    readers,
    classifiers,
    value: null,
    judge: null,
    refs: await Promise.all([...fetched.values()].map(refOf)),
    device,
    promptIds: (modelId, variant) => {
      const reader = loaded.get(modelId);
      // A model without a template of its own, such as a base, reads what the policy reads: one text for both.
      const text = reader?.kind === "causal" && reader.text.chat !== null ? reader.text : policy.text;
      return promptIds(text, variant).filter((id) => id < vocabSize);
    },
    // The objectives of the bundled world say nothing of these models.
    truth: () => ({}),
  };
}

/** An instruction goes before the prompt in the same message: not every template has a place for it elsewhere. */
function promptIds(text: ModelText, { prompt, instruction }: PromptVariant): TokenId[] {
  const content = instruction === null ? prompt : `${instruction.trim()}\n\n${prompt}`;
  return text.chat === null ? text.plainIds(content) : text.chatIds([{ role: "user", content }]);
}

/** The graph's own hash where the repository tells it, else one of everything that is known of the files. */
async function refOf({ manifest }: FetchedModel): Promise<ModelRef> {
  const { id, dtype, files, graph } = manifest;
  const known = files.find((file) => file.path === graph)?.sha256;
  if (known !== undefined && known !== null) return { id, sha256: known };
  const facts = JSON.stringify([dtype, files.map(({ path, bytes, version }) => [path, bytes, version])]);
  return { id, sha256: await sha256(new TextEncoder().encode(facts)) };
}
