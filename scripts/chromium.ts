import { chromium, type Browser } from "playwright-core";
import { findChromium } from "./find-chromium.ts";

export interface ChromiumOptions {
  /** "software" is the same on every machine; "hardware" takes the GPU that is there; "none" hides WebGPU. */
  readonly gpu?: "software" | "hardware" | "none";
  /** What else the browser is started with. */
  readonly flags?: readonly string[];
}

const gpuFlags = {
  software: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  hardware: ["--enable-unsafe-webgpu"],
  none: ["--disable-gpu"],
} as const;

/** Every new window loads two pages for its address bar, which nobody sees: a second of the processor each time. */
const UNSEEN = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"];
const WEBGPU = ["WebGPU", "WebGPUService"];

/** A headless Chrome or Chromium that reaches this machine only. */
export function launchChromium({ gpu = "software", flags = [] }: ChromiumOptions = {}): Promise<Browser> {
  const disabled = gpu === "none" ? [...UNSEEN, ...WEBGPU] : UNSEEN;
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      // Containers give no user namespaces; the browser only ever loads our own pages.
      "--no-sandbox",
      // "teacher.test" is this machine under a name, as a class sees it: not a secure context over http.
      "--host-resolver-rules=MAP teacher.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-domain-reliability",
      "--disable-sync",
      "--no-pings",
      // Of several such lists the browser takes the last one, so ours is one list.
      `--disable-features=${disabled.join(",")}`,
      ...gpuFlags[gpu],
      ...flags,
    ],
  });
}
