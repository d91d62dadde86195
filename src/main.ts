import { mount } from "svelte";
import { connect } from "./state/worker/connect.ts";
import { Playground } from "./state/playground.svelte.ts";
import { surroundings } from "./state/surroundings.ts";
import App from "./ui/App.svelte";
import "./ui/theme.css";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element #app");
const playground = new Playground(surroundings(connect));
mount(App, { target, props: { playground } });
void playground.arrive();
