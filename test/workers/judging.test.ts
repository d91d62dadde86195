/** A judge, its reason and probes of rewards, asked of the worker's API: one at a time, cancelled, and gone with a load. */
import { expect, test } from "vitest";
import type { ProbeAsk, ProbeNews } from "../../src/core/probe/ask.ts";
import { OTHER_WORDS } from "../../src/core/probe/pairs.ts";
import { modelsWithJudge, tableApi } from "../state/sweep/table-api.ts";
import { judgedBy, QUESTION } from "../engine/judge/judge-models.ts";
import { BASE, request } from "../fakes.ts";

const text = (prompt: string, own: string) =>
  ({ kind: "story", prompt, seed: 1, text: own, truth: { joy: own.length } }) as const;
const ASK: ProbeAsk = {
  texts: [
    text("A fox", "The fox ran over the hill and sang"),
    { ...text("A hen", "The hen sat in her house and slept"), wordings: ["Hen"] },
  ],
  others: [],
  most: 2,
  sources: [{ id: "s1", name: "Short", type: "rule", rule: { type: "length", words: 3 } }],
  asks: false,
};
const quiet = (): void => undefined;

async function loaded(models = modelsWithJudge(3)) {
  const api = tableApi(models);
  expect(await api.probeRewards(ASK, quiet)).toMatchObject({ ok: false, error: { code: "model-missing" } });
  await api.load({ baseUrl: "http://localhost/models/", backend: "auto" }, quiet);
  return api;
}

test("every judge, source and usual scorer says something of the pairs, which are counted first", async () => {
  const api = await loaded();
  const news: ProbeNews[] = [];
  expect(await api.probeRewards(ASK, (each) => void news.push(each))).toEqual({ ok: true, value: null });
  const [first, ...rest] = news;
  expect(first).toMatchObject({ type: "pairs", counts: { cut: 2, [OTHER_WORDS]: 1 } });
  const verdicts = rest.flatMap((each) => (each.type === "verdicts" ? each.verdicts : []));
  expect(new Set(verdicts.map(({ rater }) => rater))).toEqual(
    new Set([
      ...verdicts.map(({ rater }) => rater),
      "judge of joy",
      "Short",
      "scorer brevity",
      "average log-probability",
    ]),
  );
  expect(rest.at(-1)).toMatchObject({ done: rest.length, total: rest.length });
  expect(news).toEqual(structuredClone(news));
});

test("nothing else runs meanwhile, and a cancel frees the models also while the page withholds its answer", async () => {
  const api = await loaded();
  const refused: unknown[] = [];
  const probing = api.probeRewards(ASK, async (each) => {
    if (each.type !== "verdicts") return;
    await api.run("a", request([BASE]), (event) => void refused.push(event));
    void api.cancelJudging();
    await new Promise(() => undefined);
  });
  expect(await probing).toMatchObject({ ok: false, error: { code: "aborted" } });
  expect(refused).toMatchObject([{ type: "failed", error: { message: /^Rewards are being probed/ } }]);
  const events: string[] = [];
  await api.run("b", request([BASE]), (event) => void events.push(event.type));
  expect(events.at(-1)).toBe("finished");
});

test("an ask that is broken is refused by name", async () => {
  const api = await loaded();
  expect(await api.probeRewards({ ...ASK, most: 0 }, quiet)).toMatchObject({ error: { message: /ask.most/ } });
});

test("a judge tells its progress, and its sentence comes word by word", async () => {
  const { models } = judgedBy((_, written) => (written === "" ? { it: 1, A: 2, B: 1 } : { ".": 5 }));
  const api = await loaded(models);
  const told: number[] = [];
  const answer = await api.compare({ ...QUESTION, votes: 2 }, (done) => void told.push(done));
  expect(answer).toMatchObject({ ok: true, value: { verdict: { type: "position-bias" }, forwards: 2 } });
  expect(told).toEqual([4, 6]);
  const texts: string[] = [];
  const said = await api.explain(QUESTION, (each) => void texts.push(each));
  expect(said).toMatchObject({ ok: true });
  expect(said.ok && said.value).toBe(texts.at(-1));
  expect(await api.compare({ ...QUESTION, votes: 9 }, quiet)).toMatchObject({ error: { message: /votes must be/ } });
});
