/** Re-weighting in memory: the core on the same logits, what ran when the weights are the run's, and a fresh run. */
import { describe, expect, it } from "vitest";
import { armCentre } from "../../../src/core/contributions.ts";
import { armAlpha, genarmDistribution } from "../../../src/core/genarm.ts";
import { entropy, klDivergence, logSoftmax, normalise } from "../../../src/core/logprobs.ts";
import type { LaneTarget } from "../../../src/core/reweighing.ts";
import { plausibleOnly } from "../../../src/core/plausible.ts";
import { draw, sampledDistribution } from "../../../src/core/sampling.ts";
import {
  OBJECTIVE_IDS,
  type LaneRequest,
  type RowStep,
  type RunRequest,
  type Strategy,
} from "../../../src/core/types.ts";
import { vasCandidates, vasDistribution, vasShift } from "../../../src/core/vas.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { lacksValues, missingTerms, readTerm, readValues } from "../../../src/engine/reweigh/fill-in.ts";
import { KeptRuns, type KeptRun } from "../../../src/engine/reweigh/kept-runs.ts";
import { Binding } from "../../../src/engine/decode/binding.ts";
import { guidanceOf } from "../../../src/engine/decode/plan.ts";
import { LaneReweigher } from "../../../src/engine/reweigh/reweigh-lane.ts";
import { fakeControl, fakeModels, isTidy, lane, request, type Fakes } from "../../fakes.ts";
import { fc } from "../../properties.ts";

const weight = fc.oneof(fc.constant(0), fc.double({ min: -2, max: 2, noNaN: true }));
const weights = fc.record({ joy: weight, adventure: weight, detail: weight }, { requiredKeys: [] });
const beta = fc.oneof(fc.constant(Infinity), fc.double({ min: 0.2, max: 5, noNaN: true }));
const sampling = fc.record({
  plausible: fc.constantFrom(0, 0.05, 0.4),
  temperature: fc.constantFrom(0, 0.7, 1, 1.4),
  topK: fc.constantFrom(0, 6),
  topP: fc.constantFrom(0.9, 1),
  minP: fc.constant(0),
});
const genarm = fc.record({ id: fc.constant("genarm" as const), beta, weights });
const vas = fc.record({ id: fc.constant("vas" as const), beta, weights, k: fc.integer({ min: 1, max: 12 }) });
/** What ran, and what it is weighed by afterwards: one strategy, other numbers. */
const pairs = fc.oneof(fc.tuple(genarm, genarm), fc.tuple(vas, vas));
const RUNS = { numRuns: 25 };

interface Ran {
  readonly fakes: Fakes;
  readonly runs: KeptRuns;
  readonly run: KeptRun;
  readonly steps: readonly RowStep[];
}

async function keptRun(wanted: RunRequest, fakes = fakeModels()): Promise<Ran> {
  const runs = new KeptRuns();
  const steps: RowStep[] = [];
  const control = { ...fakeControl(), keep: (step, scores) => runs.take("run", step, scores) } satisfies Parameters<
    typeof decode
  >[3];
  for await (const event of decode("run", wanted, fakes.models, control)) {
    runs.see(event);
    if (event.type === "step") steps.push(...event.rows.filter((row) => row.lane === 0));
    if (event.type === "failed") throw new Error(event.error.message);
  }
  return { fakes, runs, run: runs.find("run")!, steps };
}

/** As the worker does it: sources that were off are read first. */
async function reweigher({ fakes, runs, run }: Ran, own: LaneRequest): Promise<LaneReweigher> {
  const target: LaneTarget = { lane: 0, strategy: own.strategy, sampling: own.sampling };
  const guidance = guidanceOf(own.strategy, new Binding(fakes.models, run.request));
  const steps = run.lanes.get(0) ?? [];
  for (const term of missingTerms(steps, guidance)) {
    runs.addTerm(run, 0, term.id, await readTerm(steps, term));
  }
  if (guidance.type === "values" && lacksValues(steps, guidance)) {
    const { candidates, values } = await readValues(fakes.models, run, steps, guidance.k);
    runs.addValues(run, 0, candidates, values);
  }
  return new LaneReweigher(run, fakes.models, target, guidance);
}

/** One step by the papers' equations alone, on logits asked of the models afresh. */
async function byTheCore({ fakes, run }: Ran, own: LaneRequest, position: number, tokens: readonly number[]) {
  const { models } = fakes;
  const prefix = [...run.promptTokens, ...tokens.slice(0, position)];
  const distributionOf = async (model: (typeof models)["policy"]): Promise<Float64Array> => {
    const batch = await model.open([prefix]);
    const distribution = logSoftmax(batch.logits(0));
    batch.dispose();
    return distribution;
  };
  const base = await distributionOf(models.policy);
  const reference = plausibleOnly(base, own.sampling.plausible, new Float64Array(base.length));
  const guided = Float64Array.from(reference);
  const token = tokens[position]!;
  let pushes = 0;
  const { strategy } = own;
  const active = (weights: Strategy & { id: "genarm" | "vas" }) =>
    weights.beta === Infinity ? [] : OBJECTIVE_IDS.filter((id) => (weights.weights[id] ?? 0) !== 0);
  if (strategy.id === "genarm") {
    const terms = [];
    for (const id of active(strategy)) {
      const { b, model } = models.arms.get(id)!;
      const logprobs = await distributionOf(model);
      const alpha = armAlpha(strategy.weights[id]!, b, strategy.beta);
      terms.push({ alpha, logprobs });
      pushes += alpha * (logprobs[token]! - armCentre(base, logprobs));
    }
    genarmDistribution(reference, terms, guided);
  } else if (strategy.id === "vas") {
    const candidates = vasCandidates(base, strategy.k).filter((id) => reference[id]! > -Infinity);
    const batch = await models.value!.open([prefix], strategy.k);
    const values = (await batch.evaluate([candidates]))[0]!;
    batch.dispose();
    const shifts = active(strategy).map((id) => {
      const column = models.value!.objectives.indexOf(id);
      return vasShift(
        strategy.weights[id]! / strategy.beta,
        values.map((each) => each[column]!),
      );
    });
    for (const shift of shifts) pushes += shift[candidates.indexOf(token)] ?? 0;
    vasDistribution(reference, candidates, shifts, guided);
  }
  const plain = Float64Array.from(reference);
  normalise(plain);
  sampledDistribution(plain, own.sampling, plain);
  const sampled = sampledDistribution(guided, own.sampling, new Float64Array(base.length));
  const drawn = draw(sampled, { seed: run.request.seed, sample: 0, position }).token;
  return { base, guided, sampled, plain, drawn, pushes };
}

function asDrawn(row: RowStep): RowStep {
  const { isForced: _, ...step } = row;
  return step;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0);
const tokensOf = (steps: readonly RowStep[]): number[] => steps.map((step) => step.token);

describe("for any run and any other weights", () => {
  it("every step equals the core on the models' logits, to 1e-9", async () => {
    await fc.assert(
      fc.asyncProperty(
        pairs,
        sampling,
        sampling,
        fc.nat(),
        async ([old, next], oldDistribution, nextDistribution, seed) => {
          const ran = await keptRun(request([lane(old, oldDistribution)], { seed, maxTokens: 6 }));
          const own = lane(next, nextDistribution);
          const weigher = await reweigher(ran, own);
          const tokens = tokensOf(ran.steps);
          expect(weigher.length).toBe(tokens.length);
          // Twice: the second time from what the first one remembered.
          for (const [position, token] of [...tokens.entries(), ...tokens.entries()]) {
            const { step, drawn } = weigher.weigh(position, true);
            const core = await byTheCore(ran, own, position, tokens);
            const close = (a: number, b: number): void => {
              if (a !== b) expect(Math.abs(a - b)).toBeLessThan(1e-9);
            };
            expect(drawn).toBe(core.drawn);
            close(step.logprob, core.sampled[token]!);
            close(step.baseLogprob, core.base[token]!);
            close(step.kl, klDivergence(core.sampled, core.base));
            const klSteer = klDivergence(core.sampled, core.plain);
            if (klSteer === Infinity) expect(step.klSteer).toBeNull();
            else close(step.klSteer!, klSteer);
            close(step.entropy, entropy(core.sampled));
            close(sum(Object.values(step.contributions)), core.pushes);
            if (core.guided[token]! > -Infinity) {
              close(step.baseLogprob + sum(Object.values(step.contributions)) - step.logZ, core.guided[token]!);
            }
            for (const [i, id] of step.top!.ids.entries()) close(step.top!.guided[i]!, core.guided[id]!);
          }
          expect(isTidy(ran.fakes)).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it("the run's own weights give back exactly what ran", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(genarm, vas), sampling, fc.nat(), async (strategy, distribution, seed) => {
        const own = lane(strategy, distribution);
        const ran = await keptRun(request([own], { seed, maxTokens: 8 }));
        const weigher = await reweigher(ran, own);
        for (const [position, step] of ran.steps.entries()) {
          const again = weigher.weigh(position, true);
          expect(again.step).toEqual(step);
          expect(weigher.choice(position, again)).toBeNull();
        }
      }),
      RUNS,
    );
  });

  it("going on from the first change is what a fresh run under the new weights writes", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, sampling, fc.nat(), async ([old, next], distribution, seed) => {
        const ran = await keptRun(request([lane(old, distribution)], { seed, maxTokens: 8 }));
        const weigher = await reweigher(ran, lane(next, distribution));
        const tokens = tokensOf(ran.steps);
        const fresh = await keptRun(request([lane(next, distribution)], { seed, maxTokens: 8 }));
        const choices = tokens.map((_, position) => weigher.choice(position, weigher.weigh(position, false)));
        const change = choices.find((choice) => choice !== null) ?? null;
        if (change === null) {
          expect(tokensOf(fresh.steps)).toEqual(tokens);
          return;
        }
        const opening = [...tokens.slice(0, change.position), change.token];
        const branch = await keptRun(request([{ ...lane(next, distribution), opening }], { seed, maxTokens: 8 }));
        expect(tokensOf(branch.steps)).toEqual(tokensOf(fresh.steps));
        expect(branch.steps.map(asDrawn)).toEqual(fresh.steps);
        expect(fresh.steps[change.position]?.text).toBe(change.text);
      }),
      RUNS,
    );
  });
});

describe("a source that was off", () => {
  const off = lane({ id: "genarm", beta: 0.5, weights: { joy: 1 } });
  const on = lane({ id: "genarm", beta: 0.5, weights: { joy: 1, detail: 1 } });

  it("is read off the text in one forward, and only once", async () => {
    const ran = await keptRun(request([off], { maxTokens: 10 }));
    const before = ran.fakes.usage.get("arm-detail")!.forwards.length;
    await reweigher(ran, on);
    await reweigher(ran, on);
    expect(ran.fakes.usage.get("arm-detail")!.forwards.length).toBe(before + 1);
  });

  it("gives a VAS lane that nothing steered the values of every step", async () => {
    const plain = lane({ id: "vas", beta: 0.5, weights: {}, k: 4 });
    const steered = lane({ id: "vas", beta: 0.5, weights: { joy: 2 }, k: 4 });
    const ran = await keptRun(request([plain], { maxTokens: 40 }));
    const weigher = await reweigher(ran, steered);
    expect(ran.run.lanes.get(0)!.every((step) => step.values.length === 4)).toBe(true);
    expect(weigher.weigh(0, false).step.contributions.joy).toBeDefined();
    expect(isTidy(ran.fakes)).toBe(true);
  });
});

describe("the budget", () => {
  /** 40 tokens of 4 bytes, for the policy and one ARM. */
  const stepBytes = 2 * 40 * 4;
  const own = lane({ id: "genarm", beta: 0.5, weights: { joy: 1 } });
  async function fill(runs: KeptRuns, runId: string): Promise<void> {
    const control = {
      ...fakeControl(),
      keep: (step: RowStep, scores: Parameters<KeptRuns["take"]>[2]) => runs.take(runId, step, scores),
    };
    const wanted = request([own], { maxTokens: 4, suppressEnd: true });
    for await (const event of decode(runId, wanted, fakeModels().models, control)) runs.see(event);
  }

  it("counts what is kept, and drops the oldest run", async () => {
    const runs = new KeptRuns(2 * 4 * stepBytes);
    for (const id of ["a", "b", "c"]) await fill(runs, id);
    expect(runs.bytes).toBe(2 * 4 * stepBytes);
    expect([runs.find("a"), runs.find("b")?.runId, runs.find("c")?.runId]).toEqual([null, "b", "c"]);
  });

  it("keeps nothing of a run that is too long for it alone", async () => {
    const runs = new KeptRuns(3 * stepBytes);
    await fill(runs, "a");
    expect(runs.find("a")).toBeNull();
    expect(runs.bytes).toBe(0);
  });
});
