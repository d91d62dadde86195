import { connect } from "./state/worker/connect.ts";
import { isLessonAddress } from "./state/lessons/address.ts";
import { restoreBefore } from "./state/lessons/before.ts";
import { Playground } from "./state/playground.svelte.ts";
import { surroundings } from "./state/surroundings.ts";
import { keepMounted } from "./ui/keep-mounted.svelte.ts";
import "./ui/theme.css";
import "./ui/print.css";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no element #app");
target.replaceChildren();
const around = surroundings(connect);
if (!isLessonAddress(location.hash)) restoreBefore(around.storage);
const playground = new Playground(around);
keepMounted(target, playground);
void playground.arrive();
