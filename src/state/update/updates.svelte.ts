/** A newer version of the page that waits: when it is announced, and when it may take this one's place. */

/** "taken": it takes over, and the page is loaded again. "others": another tab shows the page too. "gone": no answer. */
export type TakeOver = "taken" | "others" | "gone";

/** The browser's service worker, as the page needs it. */
export interface Versions {
  /** Calls back for each newer version that is fetched and waits, also for one that waits already. */
  readonly onWaiting: (heard: () => void) => void;
  readonly takeOver: () => Promise<TakeOver>;
}

export type UpdateState = "none" | "ready" | "switching" | "others" | "gone";

export class Updates {
  state = $state.raw<UpdateState>("none");
  readonly #versions: Versions;
  readonly #isBusy: () => boolean;

  /** @param isBusy whether the models compute something that loading the page again would cut off */
  constructor(versions: Versions, isBusy: () => boolean) {
    this.#versions = versions;
    this.#isBusy = isBusy;
    versions.onWaiting(() => void (this.state = "ready"));
  }

  get isBusy(): boolean {
    return this.#isBusy();
  }

  get canUse(): boolean {
    return this.state !== "none" && this.state !== "switching" && !this.isBusy;
  }

  /** Never in the middle of a run, and never while another tab shows the older version. */
  async use(): Promise<void> {
    if (!this.canUse) return;
    this.state = "switching";
    const answer = await this.#versions.takeOver();
    // Where it was taken, the page is on its way out.
    if (answer !== "taken") this.state = answer;
  }
}
