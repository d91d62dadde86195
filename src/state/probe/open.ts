/** The bench of a playground, made when it is first asked for. */
import { ProbeBench, type BenchHost } from "./bench.svelte.ts";

/** The part of a playground that lends it what it needs. */
interface BenchLender {
  readonly bench: { make(build: (host: BenchHost) => ProbeBench): ProbeBench };
}

export function benchOf(playground: BenchLender): ProbeBench {
  return playground.bench.make((host) => new ProbeBench(host));
}
