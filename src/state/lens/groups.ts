/** Texts that are read together: the samples of plain sampling, those of each steered lane, and texts of the visitor's. */
import type { LensText } from "../../core/lens/reading.ts";
import { jobsOf, settingsOf, type JobOutcome, type SweepPlan, type SweepSetting } from "../../core/sweep.ts";
import type { LaneRequest, RunRequest, SampleResult, TokenId } from "../../core/types.ts";
import { shownSample, type RunView, type SampleView } from "../run/view.ts";

export interface LensSample {
  /** The same for the same answer to the same prompt. */
  readonly key: string;
  readonly text: LensText;
  /** What it says, as far as is known before it is read. */
  readonly said: string;
}

/** Plain sampling, a steered lane by its name, a setting of a sweep, or what the visitor pasted. */
export type GroupLabel =
  | { readonly type: "plain" }
  | { readonly type: "pasted" }
  | { readonly type: "lane"; readonly name: string }
  | { readonly type: "setting"; readonly setting: SweepSetting };

export interface LensGroup {
  readonly id: string;
  readonly label: GroupLabel;
  readonly samples: readonly LensSample[];
}

/** Most texts of a group, and most groups: a picture of more cannot be read. */
export const GROUP_LIMITS = { texts: 64, groups: 6 } as const;

export function sampleOf(text: LensText, said: string): LensSample {
  const { kind, prompt, answer } = text;
  return { key: JSON.stringify([kind, prompt, answer]), text, said: said.trim() };
}

/** A line of three dashes parts texts. */
export function pastedGroup({
  kind,
  prompt,
  pasted,
}: {
  readonly kind: LensText["kind"];
  readonly prompt: string;
  readonly pasted: string;
}): LensGroup {
  const texts = pasted.split(/^[ \t]*-{3,}[ \t]*$/m).map((each) => each.trim());
  const samples = texts.filter((text) => text !== "").map((text) => sampleOf({ kind, prompt, answer: text }, text));
  return { id: "pasted", label: { type: "pasted" }, samples: distinct(samples) };
}

/**
 * What a run left: best-of-N draws its samples plainly, whatever it ranks them by.
 * @param asText texts in place of tokens, for models that have other tokens
 */
export function runGroups({ request, lanes }: Pick<RunView, "request" | "lanes">, asText = false): LensGroup[] {
  if (request === null) return [];
  const groups = groupsOf(
    request,
    lanes.map(({ request: lane, samples }) => ({ lane, samples: samples.flatMap(drawn) })),
  );
  return asText ? groups.map((group) => ({ ...group, samples: distinct(group.samples.map(written)) })) : groups;
}

function written({ text, said }: LensSample): LensSample {
  return said === "" ? sampleOf(text, said) : sampleOf({ ...text, answer: said }, said);
}

/** The text that a lane shows; null where it has none yet. */
export function shownText(
  { request, lanes }: Pick<RunView, "request" | "lanes">,
  lane: number,
  asText = false,
): LensSample | null {
  const view = lanes[lane];
  const [found] = view === undefined ? [] : drawn(shownSample(view));
  if (request === null || found === undefined) return null;
  const sample = sampleOf({ kind: request.kind, prompt: request.prompt, answer: found.tokens }, found.text);
  return asText ? written(sample) : sample;
}

interface Drawn {
  readonly tokens: readonly TokenId[];
  readonly text: string;
}

function drawn({ steps, result }: SampleView): Drawn[] {
  if (result !== null) return result.tokens.length === 0 ? [] : [result];
  if (steps.length === 0) return [];
  return [{ tokens: steps.map(({ token }) => token), text: steps.map(({ text }) => text).join("") }];
}

/** What jobs of one request left, job after job. */
export function writtenGroups(
  request: RunRequest,
  outcomes: readonly { readonly lanes: readonly LaneRequest[]; readonly samples: readonly SampleResult[] }[],
): LensGroup[] {
  return groupsOf(
    request,
    outcomes.flatMap(({ lanes, samples }) =>
      lanes.map((lane, index) => ({
        lane,
        samples: samples.filter((sample) => sample.lane === index && sample.tokens.length > 0),
      })),
    ),
  );
}

interface DrawnLane {
  readonly lane: LaneRequest;
  readonly samples: readonly Drawn[];
}

function groupsOf({ kind, prompt }: Pick<RunRequest, "kind" | "prompt">, lanes: readonly DrawnLane[]): LensGroup[] {
  const groups = new Map<string, LensGroup>();
  for (const { lane, samples } of lanes) {
    const isPlain = lane.strategy.id === "base" || "n" in lane.strategy;
    const label: GroupLabel = isPlain ? { type: "plain" } : { type: "lane", name: lane.name };
    add(
      groups,
      isPlain ? "plain" : `lane ${lane.name}`,
      label,
      samples.map(({ tokens, text }) => sampleOf({ kind, prompt, answer: tokens }, text)),
    );
  }
  return finished(groups);
}

/** What a sweep left, of all its prompts. */
export function sweepGroups(plan: SweepPlan, outcomes: ReadonlyMap<number, JobOutcome>): LensGroup[] {
  const settings = settingsOf(plan);
  const jobs = jobsOf(plan);
  const groups = new Map<string, LensGroup>();
  for (const [index, { samples }] of outcomes) {
    const job = jobs[index];
    if (job === undefined) continue;
    const { kind, prompt } = job.request;
    for (const [lane, use] of job.uses.entries()) {
      const setting = use.type === "setting" ? settings[use.setting]! : null;
      const isPlain = setting === null || setting.strategy === "base" || setting.n > 0;
      const own = samples.filter((sample) => sample.lane === lane && sample.tokens.length > 0);
      const label: GroupLabel = isPlain ? { type: "plain" } : { type: "setting", setting };
      const id = isPlain || use.type === "pool" ? "plain" : `setting ${use.setting}`;
      add(
        groups,
        id,
        label,
        own.map(({ tokens, text }) => sampleOf({ kind, prompt, answer: tokens }, text)),
      );
    }
  }
  return finished(groups);
}

function add(groups: Map<string, LensGroup>, id: string, label: GroupLabel, samples: readonly LensSample[]): void {
  groups.set(id, { id, label, samples: [...(groups.get(id)?.samples ?? []), ...samples] });
}

/** Plain samples first; those that several lanes share count once. */
function finished(groups: ReadonlyMap<string, LensGroup>): LensGroup[] {
  const all = [...groups.values()].map((group) => ({
    ...group,
    samples: distinct(group.samples).slice(0, GROUP_LIMITS.texts),
  }));
  const filled = all.filter(({ samples }) => samples.length > 0);
  const plain = filled.filter(({ label }) => label.type === "plain");
  return [...plain, ...filled.filter(({ label }) => label.type !== "plain")].slice(0, GROUP_LIMITS.groups);
}

function distinct(samples: readonly LensSample[]): LensSample[] {
  return [...new Map(samples.map((sample) => [sample.key, sample])).values()];
}
