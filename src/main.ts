import { connect } from "./state/worker/connect.ts";
import { Playground } from "./state/playground.svelte.ts";
import { surroundings } from "./state/surroundings.ts";
import { keepMounted } from "./ui/keep-mounted.svelte.ts";
import "./ui/theme.css";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element #app");
target.replaceChildren();
const playground = new Playground(surroundings(connect));
keepMounted(target, playground);
void playground.arrive();
