/** The start-up check: a card's probe must give the same numbers on this device. */
import { RunError } from "../../core/errors.ts";
import { logSoftmax } from "../../core/logprobs.ts";
import type { ModelCard } from "./card.ts";
import type { CausalModel, RewardModel } from "../interfaces.ts";
import type { OnnxValueModel } from "../onnx/value.ts";

/** The outputs after the probe's last token: log-probabilities, values, or the first member's scores. */
export async function checkCausal(model: CausalModel, card: ModelCard): Promise<void> {
  const batch = await model.open([card.probe.ids]);
  try {
    compare(card, logSoftmax(batch.logits(0)));
  } finally {
    batch.dispose();
  }
}

export async function checkValue(model: OnnxValueModel, card: ModelCard): Promise<void> {
  compare(card, await model.valueOf(card.probe.ids));
}

export async function checkReward(model: RewardModel, card: ModelCard): Promise<void> {
  const scores = await model.score([card.probe.ids]);
  compare(
    card,
    Float64Array.from(scores[0] ?? [], (members) => members[0] ?? Number.NaN),
  );
}

function compare(card: ModelCard, outputs: Float64Array): void {
  for (const [index, expected] of card.probe.top5) {
    const found = outputs[index] ?? Number.NaN;
    const difference = Math.abs(found - expected);
    if (difference <= card.probe.tolerance) continue;
    throw new RunError(
      "self-check-failed",
      `This device computes ${card.id} wrongly: ${found} instead of ${expected}. Switch to WebAssembly in the device menu.`,
      { model: card.id, index, expected, found, tolerance: card.probe.tolerance },
    );
  }
}
