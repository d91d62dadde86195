/** Keeps the page for use without the network, and hears of newer versions. */
import type { TakeOver, Versions } from "./state/update/updates.svelte.ts";

/** A worker that does not answer for this long is of no use. Milliseconds. */
const ANSWER_MS = 5000;

/**
 * Registers the service worker once the page is loaded, so that first paint has the network to itself.
 * @returns what the page hears of newer versions; null where there are none to hear of
 */
export async function keepOffline(): Promise<Versions | null> {
  // Only a built page has a service worker.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return null;
  if (document.readyState !== "complete") {
    await new Promise((done) => addEventListener("load", done, { once: true }));
  }
  try {
    return versionsOf(await navigator.serviceWorker.register("./service-worker.js"));
  } catch (reason) {
    // A refusal (private window, full disk, plain http) costs offline use and nothing else.
    // oxlint-disable-next-line no-console -- not the visitor's business, but whoever hosts the page wants the reason
    console.info("Not kept offline:", reason);
    return null;
  }
}

function versionsOf(registration: ServiceWorkerRegistration): Versions {
  // A tab that stays open for days asks too.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) registration.update().catch(() => undefined);
  });
  return {
    onWaiting: (heard) => {
      if (registration.waiting !== null) heard();
      registration.addEventListener("updatefound", () => {
        const { installing } = registration;
        installing?.addEventListener("statechange", () => {
          // The first version of all waits for nobody.
          if (installing.state === "installed" && registration.active !== null) heard();
        });
      });
    },
    takeOver: () => takeOver(registration.waiting),
  };
}

async function takeOver(waiting: ServiceWorker | null): Promise<TakeOver> {
  if (waiting === null) return "gone";
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<TakeOver>((done) => {
    port1.addEventListener("message", ({ data }) => done(data === "taken" ? "taken" : "others"), { once: true });
    setTimeout(() => done("gone"), ANSWER_MS);
  });
  port1.start();
  waiting.postMessage("take over", [port2]);
  return answer;
}
