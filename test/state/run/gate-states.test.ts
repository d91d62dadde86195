import { expect, test } from "vitest";
import { gateBars } from "../../../src/state/settings/gate.ts";
import { GateStates } from "../../../src/state/run/gate-states.ts";
import { defaultGate } from "../../../src/state/settings/persona-data.ts";
import { Settings } from "../../../src/state/settings/settings.svelte.ts";
import type { PageModels } from "../../../src/state/worker/models.svelte.ts";
import type { Supervisor } from "../../../src/state/worker/supervisor.ts";
import type { TillerApi } from "../../../workers/protocol.ts";

type Ask = Parameters<TillerApi["promptStates"]>[0];

/** A worker that knows states, or has none. */
function desk(hasStates: boolean) {
  const asked: string[][] = [];
  const api = {
    promptStates: (of: Ask) => {
      asked.push(of.map(({ prompt }) => prompt));
      const states = of.map(({ prompt }) => Float32Array.of(prompt.length, prompt.charCodeAt(0), 1));
      return Promise.resolve({ ok: true, value: hasStates ? states : null });
    },
  };
  const supervisor = { call: (use: (api: unknown) => unknown) => Promise.resolve(use(api)) } as unknown as Supervisor;
  return { asked, supervisor };
}

const settings = (): Settings => {
  const made = new Settings(null, () => 0, "chat");
  made.update({ gate: { ...defaultGate(), isOn: true } });
  return made;
};
const models = (report: unknown): PageModels => ({ report }) as unknown as PageModels;

test("the prompt and the labelled ones are read once, and the weights follow the states", async () => {
  const own = settings();
  const before = own.data.weights;
  const { asked, supervisor } = desk(true);
  const gate = new GateStates(supervisor, own, models({ heads: {} }), () => false);
  await gate.look();
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain(own.data.prompts.advice);
  expect(gateBars("chat", own.data, own.promptStates).by).toBe("states");
  expect(own.data.weights).not.toEqual(before);
  own.setPrompt("Another prompt");
  await gate.look();
  expect(asked[1]).toEqual(["Another prompt"]);
});

test("letters have to do while no models are here, during a run, and where the policy gives no states", async () => {
  for (const [report, isRunning, hasStates] of [
    [null, false, true],
    [{ heads: {} }, true, true],
    [{}, false, true],
    [{ heads: {} }, false, false],
  ] as const) {
    const own = settings();
    const gate = new GateStates(desk(hasStates).supervisor, own, models(report), () => isRunning);
    await gate.look();
    expect(gateBars("chat", own.data, own.promptStates).by).toBe("letters");
  }
});
