// Only a built page has a service worker. Registration waits for `load`, so that first paint has the network to itself.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  addEventListener("load", () => {
    navigator.serviceWorker.register("./service-worker.js").catch((reason: unknown) => {
      // A refusal (private window, full disk, plain http) costs offline use and nothing else.
      // oxlint-disable-next-line no-console -- not the visitor's business, but whoever hosts the page wants the reason
      console.info("Not kept offline:", reason);
    });
  });
}
