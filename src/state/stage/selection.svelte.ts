/** The token under study: chosen by the visitor, else the one that guidance changed most. */
import type { RowStep } from "../../core/types.ts";
import type { StageLane } from "./stage.ts";
import { isFlip, pushOf } from "./tint.ts";
import { shownSample } from "../run/view.ts";

export interface Place {
  readonly key: string;
  readonly position: number;
}

export interface Selected {
  readonly lane: StageLane;
  readonly step: RowStep;
  readonly isChosenByVisitor: boolean;
}

export type Direction = "left" | "right" | "up" | "down" | "first" | "last";

export class Selection {
  place = $state.raw<Place | null>(null);
  onChange: () => void = () => undefined;
  readonly #lanes: () => readonly StageLane[];
  readonly current: Selected | null;

  constructor(lanes: () => readonly StageLane[]) {
    this.#lanes = lanes;
    this.current = $derived(this.#find() ?? strongest(lanes()));
  }

  select(key: string, position: number): void {
    this.place = { key, position };
    this.onChange();
  }

  clear(): void {
    this.place = null;
  }

  /** Steps along a lane, or across to the same place in the next lane. Answers with the new place. */
  move(direction: Direction): Place | null {
    const lanes = this.#lanes().filter((lane) => spokenPositions(lane).length > 0);
    const from = this.place ?? (lanes[0] === undefined ? null : { key: lanes[0].key, position: -1 });
    if (from === null) return null;
    const found = lanes.findIndex((lane) => lane.key === from.key);
    const row = Math.max(0, found);
    const nextRow = row + (direction === "down" ? 1 : direction === "up" ? -1 : 0);
    const lane = lanes[nextRow] ?? lanes[row];
    if (lane === undefined) return null;
    const position = nextPosition(spokenPositions(lane), from.position, direction);
    if (position === undefined) return null;
    this.select(lane.key, position);
    return this.place;
  }

  /** The token in view by its lane in the run; null where nothing is, or its lane has not run. */
  get placeInRun(): { readonly lane: number; readonly position: number } | null {
    const { current } = this;
    const lane = current?.lane.index ?? null;
    return lane === null ? null : { lane, position: current?.step.position ?? 0 };
  }

  #find(): Selected | null {
    if (this.place === null) return null;
    const { key, position } = this.place;
    const lane = this.#lanes().find((each) => each.key === key);
    const step = lane === undefined ? undefined : stepsOf(lane)[position];
    return lane === undefined || step === undefined ? null : { lane, step, isChosenByVisitor: true };
  }
}

/** Positions whose token has text: an unfinished character and the end of text cannot be seen or focused. */
function spokenPositions(lane: StageLane): readonly number[] {
  return stepsOf(lane).flatMap((step) => (step.text === "" ? [] : [step.position]));
}

function nextPosition(positions: readonly number[], from: number, direction: Direction): number | undefined {
  const first = positions[0];
  const last = positions.at(-1);
  switch (direction) {
    case "left":
      return positions.findLast((position) => position < from) ?? first;
    case "right":
      return positions.find((position) => position > from) ?? last;
    case "up":
    case "down":
      return positions.findLast((position) => position <= from) ?? first;
    case "first":
      return first;
    case "last":
      return last;
    default:
      return direction satisfies never;
  }
}

export function stepsOf(lane: StageLane): readonly RowStep[] {
  return lane.view === null ? [] : shownSample(lane.view).steps;
}

function strongest(lanes: readonly StageLane[]): Selected | null {
  let found: Selected | null = null;
  let size = 0;
  for (const lane of lanes) {
    for (const step of stepsOf(lane)) {
      const push = isFlip(step) ? Math.abs(pushOf(step)) : 0;
      if (push <= size) continue;
      size = push;
      found = { lane, step, isChosenByVisitor: false };
    }
  }
  return found;
}
