/** The tournament of samples as a picture and a table: who beats whom, and one circle among them. */
import * as Plot from "@observablehq/plot";
import type { SampleTournament } from "../../../state/stage/tournament.ts";
import type { ChartTable } from "../../sweep/chart-tables.ts";
import { drawPlot, targets, type Drawing } from "../../sweep/plots.ts";
import { tournamentWords as words } from "../../words/combine.ts";

export type Circle = SampleTournament["circles"][number];

/** A graph of more is a ball of wool; the table has them all. */
const DRAWN = 8;
const NODE = 14;
const HEIGHT = 290;
/** Reach of the picture, where the samples stand on a ring of radius 1. */
const REACH = 1.25;

/** Samples in the graph: those with the most wins, and those of the circle. */
export function drawnSamples({ players }: SampleTournament, circle: Circle | null): number[] {
  const first = players.slice(0, DRAWN).map(({ sample }) => sample);
  const extra = (circle ?? []).filter((sample) => !first.includes(sample));
  return [...first.slice(0, DRAWN - extra.length), ...extra];
}

/** An arrow from each winner to each loser; those of the circle are thick. */
export function drawTournament(tournament: SampleTournament, circle: Circle | null, { width }: Drawing): Element {
  const samples = drawnSamples(tournament, circle);
  const nodes = samples.map((sample, place) => {
    const angle = (2 * Math.PI * place) / samples.length;
    const player = tournament.players.find((own) => own.sample === sample);
    return { sample, player, x: Math.sin(angle), y: Math.cos(angle), isRound: circle?.includes(sample) === true };
  });
  const arrows = nodes.flatMap((winner) =>
    nodes.flatMap((loser) => {
      if (winner.player?.against.get(loser.sample) !== 1) return [];
      const next = circle?.[(circle.indexOf(winner.sample) + 1) % circle.length];
      return [{ winner, loser, isRound: winner.isRound && next === loser.sample }];
    }),
  );
  const arrow = (isRound: boolean): Plot.Markish =>
    Plot.arrow(
      arrows.filter((own) => own.isRound === isRound),
      {
        x1: ({ winner }: (typeof arrows)[number]) => winner.x,
        y1: ({ winner }: (typeof arrows)[number]) => winner.y,
        x2: ({ loser }: (typeof arrows)[number]) => loser.x,
        y2: ({ loser }: (typeof arrows)[number]) => loser.y,
        inset: NODE + 2,
        headLength: isRound ? 6 : 8,
        stroke: isRound ? "var(--accent)" : "var(--edge)",
        strokeWidth: isRound ? 3 : 1,
        strokeOpacity: isRound ? 1 : 0.6,
      },
    );
  // One unit is as wide as it is high.
  const across = (REACH * width) / HEIGHT;
  const labels = nodes.map(({ sample, player }) => ({
    id: String(sample),
    label: words.node(sample, player?.wins ?? 0, player?.losses ?? 0),
  }));
  return drawPlot({
    style: { background: "none", fontSize: "12px", overflow: "visible" },
    width,
    height: HEIGHT,
    margin: 0,
    x: { axis: null, domain: [-Math.max(REACH, across), Math.max(REACH, across)] },
    y: { axis: null, domain: width < HEIGHT ? [-(REACH * HEIGHT) / width, (REACH * HEIGHT) / width] : [-REACH, REACH] },
    marks: [
      arrow(false),
      arrow(true),
      Plot.dot(nodes, {
        x: "x",
        y: "y",
        r: NODE,
        fill: "var(--panel)",
        stroke: ({ isRound }: (typeof nodes)[number]) => (isRound ? "var(--accent)" : "var(--edge)"),
        strokeWidth: ({ isRound }: (typeof nodes)[number]) => (isRound ? 3 : 1),
        render: targets(labels),
      }),
      Plot.text(nodes, {
        x: "x",
        y: "y",
        text: ({ sample }: (typeof nodes)[number]) => String(sample + 1),
        fill: "var(--ink)",
        pointerEvents: "none",
      }),
    ],
  });
}

/** Every sample against every other one. */
export function tournamentTable({ players }: SampleTournament): ChartTable {
  return {
    head: [...words.head, ...players.map(({ sample }) => words.against(sample))],
    rows: players.map(({ sample, wins, losses, copeland, isWinner, against }) => ({
      id: String(sample),
      cells: [
        sample + 1,
        isWinner ? words.winner : "",
        wins,
        losses,
        copeland,
        ...players.map((other) => words.result(against.get(other.sample))),
      ],
      points: [],
    })),
  };
}
