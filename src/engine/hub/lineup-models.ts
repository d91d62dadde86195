/** What the decode loop sees of a line-up. Nothing behind this file knows where a model came from. */
import type { PolicyIdentity } from "../../core/heads/head-card.ts";
import type { DeviceReport, ModelRef, TokenId } from "../../core/types.ts";
import type { CausalModel, Classifier, Models, PromptVariant, TeachingPlace } from "../interfaces.ts";
import { sha256 } from "../bundle/sha256.ts";
import type { FetchedModel } from "./fetch-model.ts";
import type { Lineup } from "./lineup.ts";
import type { ModelText } from "./model-text.ts";
import type { ChatMessage } from "./chat.ts";
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
    ...teachingOf(lineup),
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

function teachingOf({ policy, loaded, vocabSize }: Lineup): Pick<Models, "teaching" | "siblings"> {
  const own = placeOf(policy, vocabSize);
  const others = [...loaded].flatMap(([id, opened]) => {
    const place = opened.kind === "causal" && id !== policy.id ? placeOf(opened, vocabSize) : null;
    return place === null ? [] : [[id, place] as const];
  });
  return { ...(own !== null && { teaching: own }), ...(others.length > 0 && { siblings: new Map(others) }) };
}

/** A head may be taught where a model gives its states and is seen with its whole vocabulary. */
function placeOf({ unembedding, vocabulary, model }: Lineup["policy"], vocabSize: number): TeachingPlace | null {
  const { states } = model;
  if (unembedding === undefined || states === undefined || vocabSize < model.vocabSize) return null;
  const identity = async (): Promise<PolicyIdentity> => {
    const lines = vocabulary.tokens.slice(0, vocabSize).map((token, id) => `${id}\t${JSON.stringify(token ?? "")}\n`);
    const fingerprint = await sha256(new TextEncoder().encode(lines.join("")));
    return { fingerprint, hidden: states.hidden, vocabulary: vocabSize };
  };
  return { unembedding, identity };
}

/**
 * An instruction goes before the prompt in the same message, and where a template has no place for a system prompt, so does
 * that: not every template has one. A model without a template reads everything as one text.
 */
function promptIds(text: ModelText, { prompt, instruction, system, turns }: PromptVariant): TokenId[] {
  const content = instruction === null ? prompt : `${instruction.trim()}\n\n${prompt}`;
  const told: ChatMessage[] = system.trim() === "" ? [] : [{ role: "system", content: system.trim() }];
  const said = turns.flatMap((turn): ChatMessage[] => [
    { role: "user", content: turn.prompt },
    { role: "assistant", content: turn.answer },
  ]);
  const messages: ChatMessage[] = [...told, ...said, { role: "user", content }];
  if (text.chat === null) return text.plainIds(messages.map((message) => message.content).join("\n\n"));
  const [first, ...rest] = messages.slice(told.length);
  if (told.length === 0 || first === undefined || takesSystem(text)) return text.chatIds(messages);
  return text.chatIds([{ role: "user", content: `${system.trim()}\n\n${first.content}` }, ...rest]);
}

const PROBE = "tiller asks whether this is said";

/** Whether the template says what a system prompt says; some refuse the role, and some leave it out. */
function takesSystem({ chat }: ModelText): boolean {
  try {
    const asked = chat?.render([
      { role: "system", content: PROBE },
      { role: "user", content: "a" },
    ]);
    return asked?.includes(PROBE) ?? false;
  } catch {
    return false;
  }
}

/** The graph's own hash where the repository tells it, else one of everything that is known of the files. */
async function refOf({ manifest }: FetchedModel): Promise<ModelRef> {
  const { id, dtype, files, graph } = manifest;
  const known = files.find((file) => file.path === graph)?.sha256;
  if (known !== undefined && known !== null) return { id, sha256: known };
  const facts = JSON.stringify([dtype, files.map(({ path, bytes, version }) => [path, bytes, version])]);
  return { id, sha256: await sha256(new TextEncoder().encode(facts)) };
}
