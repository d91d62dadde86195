/** The entry of check.html: what this laptop can do in a class. */
import { mount } from "svelte";
import { LaptopCheck } from "./state/check/laptop-check.svelte.ts";
import { laptopFacts } from "./ui/check/laptop-facts.ts";
import { connect } from "./state/worker/connect.ts";
import CheckPage from "./ui/check/CheckPage.svelte";
import "./ui/theme.css";

const target = document.getElementById("app");
if (!target) throw new Error("check.html has no element #app");
target.replaceChildren();
const backend = new URLSearchParams(location.search).get("backend") === "wasm" ? "wasm" : "auto";
const check = new LaptopCheck({
  facts: laptopFacts,
  spawn: () => connect([]),
  modelsUrl: new URL("models/", document.baseURI).href,
  backend,
  now: () => performance.now(),
});
mount(CheckPage, { target, props: { check } });
// What keeps the page for use offline would take from the speed that is measured.
void check.run().then(async () => {
  const { keepOffline } = await import("./register-offline.ts");
  await keepOffline();
});
