/** The real screen over a fake engine, for work on looks without models: `npm run dev`, then open this folder. */
import { Playground } from "../../../src/state/playground.svelte.ts";
import { surroundings } from "../../../src/state/surroundings.ts";
import { keepMounted } from "../../../src/ui/keep-mounted.svelte.ts";
import "../../../src/ui/theme.css";
import { FakeApi, fakeLink, fakeTrace } from "../../state/fake-api.ts";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element #app");
const around = surroundings(() => fakeLink(new FakeApi({ stepMs: 15, loadMs: 600 })));
const readExample = (file: string): Promise<unknown> =>
  file === "index.json" ? Promise.resolve([{ file: "fake.json", title: "A fake run" }]) : fakeTrace();
const playground = new Playground({ ...around, readExample });
keepMounted(target, playground);
void playground.arrive();
