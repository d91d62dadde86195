/** Colour, shape and dash of each curve: never colour alone. Colours are CSS variables of `Figure.svelte`. */
import type { SweepStrategy } from "../../core/sweep.ts";
import type { Curve } from "../../state/sweep/curves.ts";

/** Names that Observable Plot and `Shape.svelte` share. */
export type ShapeName = "circle" | "square" | "triangle" | "diamond" | "star" | "wye" | "cross" | "hexagon";

export interface CurveLook {
  readonly colour: string;
  readonly shape: ShapeName;
  /** Capped rankings are drawn hollow. */
  readonly isHollow: boolean;
}

const STRATEGY_LOOKS: Readonly<Record<SweepStrategy, CurveLook>> = {
  base: { colour: "var(--plot-0)", shape: "circle", isHollow: false },
  genarm: { colour: "var(--plot-1)", shape: "square", isHollow: false },
  vas: { colour: "var(--plot-2)", shape: "triangle", isHollow: false },
  bon: { colour: "var(--plot-3)", shape: "diamond", isHollow: false },
  "soft-bon": { colour: "var(--plot-4)", shape: "star", isHollow: false },
  "oracle-bon": { colour: "var(--plot-5)", shape: "wye", isHollow: false },
  args: { colour: "var(--plot-7)", shape: "cross", isHollow: false },
  blockwise: { colour: "var(--plot-6)", shape: "hexagon", isHollow: false },
};

const RULE_LOOKS: Readonly<Record<string, CurveLook>> = {
  single: { colour: "var(--plot-5)", shape: "hexagon", isHollow: false },
  wco: { colour: "var(--plot-6)", shape: "wye", isHollow: false },
  uwo: { colour: "var(--plot-7)", shape: "cross", isHollow: false },
};

export function strategyLook(strategy: SweepStrategy): CurveLook {
  return STRATEGY_LOOKS[strategy];
}

export function curveLook({ strategy, rule }: Pick<Curve, "strategy" | "rule">): CurveLook {
  const [ensemble = "mean", cap] = (rule ?? "mean").split(", ");
  const look = strategy === "bon" ? (RULE_LOOKS[ensemble] ?? STRATEGY_LOOKS.bon) : STRATEGY_LOOKS[strategy];
  return { ...look, isHollow: cap !== undefined };
}

const SPARE: readonly CurveLook[] = [
  { colour: "var(--plot-5)", shape: "hexagon", isHollow: false },
  { colour: "var(--plot-6)", shape: "wye", isHollow: true },
  { colour: "var(--plot-7)", shape: "cross", isHollow: false },
  { colour: "var(--plot-0)", shape: "circle", isHollow: true },
];

/** The first way of a strategy looks like it; further ones take looks that are free. */
export function wayLooks(strategies: readonly SweepStrategy[]): CurveLook[] {
  let spare = 0;
  return strategies.map((strategy, i) =>
    strategies.indexOf(strategy) === i ? STRATEGY_LOOKS[strategy] : SPARE[spare++ % SPARE.length]!,
  );
}
