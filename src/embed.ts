/** The entry of embed.html: one comparison in a page of somebody else (docs/embed.md). */
import { mount } from "svelte";
import { embedQuery, wantedIn } from "./state/embed/address.ts";
import { Embed } from "./state/embed/embed.svelte.ts";
import { surroundings } from "./state/surroundings.ts";
import { connect } from "./state/worker/connect.ts";
import EmbedPage from "./ui/embed/EmbedPage.svelte";
import { talkWithParent } from "./ui/embed/talk.svelte.ts";
import "./ui/theme.css";

const target = document.getElementById("app");
if (!target) throw new Error("embed.html has no element #app");
target.replaceChildren();
const { theme, origin } = embedQuery(location.search);
document.documentElement.dataset["theme"] = theme;
const around = surroundings(connect);
const embed = new Embed({ ...around, spawn: () => connect([]), wholePage: new URL("./", document.baseURI).href });
mount(EmbedPage, { target, props: { embed } });
talkWithParent(embed, origin);

function loadFromAddress(): void {
  const wanted = wantedIn(location.hash);
  if (wanted !== null) void embed.load(wanted);
}
addEventListener("hashchange", loadFromAddress);
loadFromAddress();
