import { connect } from "./state/worker/connect.ts";
import { isLessonAddress } from "./state/lessons/address.ts";
import { restoreBefore } from "./state/lessons/before.ts";
import { Playground } from "./state/playground.svelte.ts";
import { surroundings } from "./state/surroundings.ts";
import { keepMounted } from "./ui/keep-mounted.svelte.ts";
import { isBusy } from "./ui/busy.ts";
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
void announceVersions(() => isBusy(playground));

/** After the page is there: it is kept for use offline, and a newer version is announced above it. */
async function announceVersions(isBusyNow: () => boolean): Promise<void> {
  const { keepOffline } = await import("./register-offline.ts");
  const versions = await keepOffline();
  let isAnnounced = false;
  versions?.onWaiting(() => {
    if (isAnnounced) return;
    isAnnounced = true;
    void import("./ui/update/announce.ts").then(({ announce }) => announce(versions, isBusyNow));
  });
}
