/** Taking a run home and bringing one back: links, files, tables, and what the page says about it. */
import type { Trace } from "../../core/types.ts";
import type { LinkState } from "./link.ts";
import { modelsMark } from "./models-mark.ts";
import type { Prefs } from "../settings/prefs.svelte.ts";
import type { Run } from "../run/run.svelte.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { SettingsData } from "../settings/settings-data.ts";

const linkCode = () => import("./link.ts");
const traceCode = () => import("./trace-file.ts");
/** Names of views and of lessons: addresses that no link begins with. */
const NO_LINK = /^(#(?=.{0,30}$)[a-z-]*|#lesson-.*)?$/;
const QR_FILE = "tiller-class-link.png";

/** What just happened; the words are the page's. `detail` is a reason or an address. */
export interface Notice {
  readonly type:
    | "link-copied"
    | "link-shown"
    | "link-too-long"
    | "link-opened"
    | "link-broken"
    | "other-models"
    | "file-saved"
    | "file-broken"
    | "text-copied"
    | "copy-refused"
    | "picture-refused"
    | "code-missing";
  readonly detail: string;
}

/** What the browser gives for it. */
export interface Outlets {
  readonly address: {
    readonly hash: () => string;
    readonly clearHash: () => void;
    /** The page's address with another part after `#`. */
    readonly withHash: (hash: string) => string;
  };
  /** Answers false where the clipboard cannot be used. */
  readonly copyText: (text: string) => Promise<boolean>;
  /** Answers false where the clipboard takes no pictures. */
  readonly copyPicture: (png: Promise<Blob>) => Promise<boolean>;
  readonly saveFile: (name: string, content: string | Blob, type: string) => void;
}

export class Share {
  notice = $state.raw<Notice | null>(null);
  /** The visitor's own settings while a link's are shown; null otherwise. */
  own = $state.raw<SettingsData | null>(null);
  #linkedModels: string | null = null;
  readonly #around: Outlets;
  readonly #settings: Settings;
  readonly #prefs: Prefs;
  readonly #run: Run;

  constructor(around: Outlets, settings: Settings, prefs: Prefs, run: Run) {
    this.#around = around;
    this.#settings = settings;
    this.#prefs = prefs;
    this.#run = run;
  }

  /** What a link says of the page as it stands. */
  get linkState(): LinkState {
    const { quantity, textView } = this.#prefs.data;
    const { world, data: settings } = this.#settings;
    return { world, settings, view: { quantity, textView }, models: modelsMark(this.#run.view.models) };
  }

  /** A link to the settings as they stand; copied, or shown where there is no clipboard. */
  async copyLink(): Promise<void> {
    const code = await this.#fetched(linkCode());
    if (code === null) return;
    const hash = code.writeLink(this.linkState);
    if (hash === null) this.#tell("link-too-long", "");
    else await this.copyAddress(this.#around.address.withHash(hash));
  }

  async copyAddress(address: string): Promise<void> {
    this.#tell((await this.#around.copyText(address)) ? "link-copied" : "link-shown", address);
  }

  /** A picture that is no run. */
  saveQr(picture: Blob): void {
    this.#around.saveFile(QR_FILE, picture, picture.type);
    this.#tell("file-saved", QR_FILE);
  }

  /** Shows the settings of the link in the address. @returns whether there was a good one */
  async openLink(): Promise<boolean> {
    const hash = this.#around.address.hash();
    if (NO_LINK.test(hash)) return false;
    const code = await this.#fetched(linkCode());
    if (code === null) return false;
    const reading = code.readLink(hash);
    if (reading.type === "none") return false;
    if (reading.type === "broken") {
      this.#tell("link-broken", reading.why);
      return false;
    }
    const { world, settings, view, models } = reading.state;
    this.#settings.enter(world);
    // The seed is part of what the link says, so it must not be thrown anew.
    const before = this.#settings.visit({ ...settings, seedLocked: true });
    this.own ??= before;
    this.#linkedModels = models;
    this.#prefs.update(view);
    this.#tell("link-opened", "");
    return true;
  }

  /** Back to the visitor's own settings. */
  returnToOwn(): void {
    const { own } = this;
    if (own === null) return;
    this.#leaveLink();
    this.#settings.update(own);
    this.notice = null;
  }

  /** The visitor changed something: the settings are now theirs and the address no longer says them. */
  settingsMoved(): void {
    if (this.own !== null) this.#leaveLink();
  }

  /** After a linked run: other models than the sender's write other texts. */
  compareModels(): void {
    const mark = modelsMark(this.#run.view.models);
    if (this.#linkedModels !== null && mark !== null && mark !== this.#linkedModels) this.#tell("other-models", "");
    this.#linkedModels = null;
  }

  async saveTrace(): Promise<void> {
    const trace = this.#run.trace();
    if (trace === null) return;
    const code = await this.#fetched(traceCode());
    if (code === null) return;
    const name = `tiller-${trace.request.kind}-${trace.request.seed}.json`;
    this.#around.saveFile(name, code.writeTrace(trace), "application/json");
    this.#tell("file-saved", name);
  }

  saveCsv(table: string): void {
    const { request } = this.#run.view;
    if (request === null) return;
    const name = `tiller-${request.kind}-${request.seed}.csv`;
    this.#around.saveFile(name, table, "text/csv;charset=utf-8");
    this.#tell("file-saved", name);
  }

  savePicture(ending: "png" | "svg", picture: Blob): void {
    const { request } = this.#run.view;
    if (request === null) return;
    const name = `tiller-${request.kind}-${request.seed}.${ending}`;
    this.#around.saveFile(name, picture, picture.type);
    this.#tell("file-saved", name);
  }

  async copyPicture(png: Promise<Blob>): Promise<void> {
    this.#tell((await this.#around.copyPicture(png)) ? "text-copied" : "picture-refused", "");
  }

  async copyText(text: string): Promise<void> {
    this.#tell((await this.#around.copyText(text)) ? "text-copied" : "copy-refused", "");
  }

  /** The run in a file, or null after saying what is wrong with it; what is on the screen stays. */
  async readFile(file: File): Promise<Trace | null> {
    const code = await this.#fetched(traceCode());
    if (code === null) return null;
    const bound = code.MAX_TRACE_BYTES;
    if (file.size > bound) {
      this.#tell("file-broken", `it has ${file.size} bytes, but a file may have at most ${bound}`);
      return null;
    }
    const reading = code.readTrace(await file.text());
    if (reading.type === "broken") {
      this.#tell("file-broken", reading.why);
      return null;
    }
    this.notice = null;
    return reading.trace;
  }

  /** What links and files need comes beside the menu: a clipboard waits for no network. */
  prepare(): void {
    for (const code of [linkCode(), traceCode()]) code.catch(() => undefined);
  }

  /** A part of the page could not be fetched. */
  sayMissing(): void {
    this.#tell("code-missing", "");
  }

  async #fetched<T>(code: Promise<T>): Promise<T | null> {
    try {
      return await code;
    } catch {
      this.sayMissing();
      return null;
    }
  }

  #leaveLink(): void {
    this.own = null;
    this.#linkedModels = null;
    this.#around.address.clearHash();
    if (this.notice?.type === "link-opened") this.notice = null;
  }

  #tell(type: Notice["type"], detail: string): void {
    this.notice = { type, detail };
  }
}
