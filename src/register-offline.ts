/** Keeps the page for use without the network, and moves on to a newer version that an earlier visit has fetched. */
async function keepOffline(): Promise<void> {
  const { serviceWorker } = navigator;
  const { waiting } = await serviceWorker.register("./service-worker.js");
  if (waiting === null) return;
  serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker takes none
  waiting.postMessage("take over");
}

function keepOfflineOrSay(): void {
  keepOffline().catch((reason: unknown) => {
    // A refusal (private window, full disk, plain http) costs offline use and nothing else.
    // oxlint-disable-next-line no-console -- not the visitor's business, but whoever hosts the page wants the reason
    console.info("Not kept offline:", reason);
  });
}

// Only a built page has a service worker. Registration waits for `load`, so that first paint has the network to itself.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  if (document.readyState === "complete") keepOfflineOrSay();
  else addEventListener("load", keepOfflineOrSay);
}
