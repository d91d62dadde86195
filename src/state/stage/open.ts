/** What judges say on the stage of a playground, made when it is first asked for. */
import { LaneComparison, type ComparisonHost } from "./comparison.svelte.ts";
import { JudgeSoFar, type JudgeSoFarHost } from "./judge-so-far.svelte.ts";

/** The parts of a playground that lend them what they need. */
interface ComparisonLender {
  readonly comparison: { make(build: (host: ComparisonHost) => LaneComparison): LaneComparison };
}
interface JudgeLender {
  readonly judgeSoFar: { make(build: (host: JudgeSoFarHost) => JudgeSoFar): JudgeSoFar };
}

export function comparisonOf(playground: ComparisonLender): LaneComparison {
  return playground.comparison.make((host) => new LaneComparison(host.supervisor, host));
}

export function judgeSoFarOf(playground: JudgeLender): JudgeSoFar {
  return playground.judgeSoFar.make((host) => new JudgeSoFar(host.supervisor, host.run, host.models));
}
