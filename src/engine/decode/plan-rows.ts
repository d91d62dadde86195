/** Each lane gets the rows that its strategy needs. */
import { rowsOf } from "../../core/rows.ts";
import type { Binding } from "./binding.ts";
import { BlockRows } from "./block-rows.ts";
import type { LaneRows } from "./lane-rows.ts";
import type { Lane } from "./lane.ts";
import { RejectingRows } from "./rejecting-rows.ts";
import { Row } from "./row.ts";
import { TextStream } from "./text-stream.ts";

/** One row a lane, N for best-of-N: each goes its own way to its end. */
class SampleRows implements LaneRows {
  readonly lane: Lane;
  readonly texts: readonly Row[];

  constructor(lane: Lane, texts: readonly Row[]) {
    this.lane = lane;
    this.texts = texts;
  }

  get live(): readonly Row[] {
    return this.texts.filter(({ finish }) => finish === null);
  }

  get writing(): readonly Row[] {
    return this.live;
  }

  begin(): void {}

  async end(): Promise<null> {
    return null;
  }
}

/** Of all lanes, in their order. */
export function planRows(lanes: readonly Lane[], binding: Binding, maxTokens: number): readonly LaneRows[] {
  const { prompt } = binding.policy;
  const { tokenizer } = binding.models;
  return lanes.map((lane) => {
    const row = (sample: number): Row => new Row(lane, sample, prompt, TextStream.after(tokenizer, prompt));
    if (lane.strategy.id === "blockwise") return new BlockRows(lane, row(0), binding);
    const texts = Array.from({ length: rowsOf(lane.strategy) }, (_, sample) => row(sample));
    const rejects = "reject" in lane.strategy && lane.strategy.reject !== undefined;
    return rejects ? new RejectingRows(lane, texts, binding, maxTokens) : new SampleRows(lane, texts);
  });
}
