/** What a class link, or a lesson, leaves out of the page, and the way to have all of it. */
import type { Part } from "../lessons/parts.ts";
import type { Prefs } from "../settings/prefs.svelte.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import { readClassLink, type ClassLink, type ClassReading } from "./class-link.ts";

interface ClassPlace {
  /** Query and hash of the address with which the page was opened. */
  readonly search: string;
  readonly hash: string;
  readonly root: { readonly dataset: DOMStringMap };
  /** The visitor wants no download unasked. */
  readonly savesData: boolean;
}
/** The models of the chat world. */
interface ClassHub {
  readonly first: { classModel: string | null; readonly facts: { readonly from: "server" | "hub" } };
  readonly loadInUse: () => Promise<boolean>;
}
/** What a class link sets. */
interface ClassSeat {
  readonly settings: Settings;
  readonly prefs: Prefs;
  readonly hub: ClassHub;
}

const NOTHING: ClassLink = { hide: null, seed: null, lang: null, look: null, model: null, load: null };

export class Classroom {
  readonly reading: ClassReading;
  readonly link: ClassLink;
  /** The visitor asked for all controls. */
  isAllShown = $state(false);
  /** What the lesson in hand leaves out and points at. */
  #lesson = $state.raw<{ readonly hidden: readonly Part[]; readonly lit: Part | null }>({ hidden: [], lit: null });
  readonly #place: ClassPlace;
  readonly #seat: ClassSeat;

  constructor(place: ClassPlace, seat: ClassSeat) {
    const { settings, prefs, hub } = seat;
    this.reading = readClassLink(place.search, place.hash);
    this.link = this.reading.type === "class" ? this.reading.link : NOTHING;
    this.#place = place;
    this.#seat = seat;
    hub.first.classModel = this.link.model;
    if (this.link.seed !== null) settings.holdSeed(this.link.seed);
    if (this.link.look === "projector") prefs.visit({ isProjector: true });
    this.#apply();
  }

  /** Whether there is anything that a visitor must be told. */
  get isOn(): boolean {
    const { hide, seed, model, load } = this.link;
    return (hide !== null && hide.length > 0) || seed !== null || model !== null || load !== null;
  }

  /** Parts that are away now. A class link says it whole; without one the lesson does. */
  get hidden(): readonly Part[] {
    return this.isAllShown ? [] : (this.link.hide ?? this.#lesson.hidden);
  }

  /** Whether models come without a click: the page's own, unless the visitor or the class link is against it. */
  get comesByItself(): boolean {
    return this.#seat.settings.world === "laboratory" && !this.#place.savesData && this.link.load !== "click";
  }

  /**
   * Loads the chat model at once where the class link asks for it and the page's own server carries it. What lies on
   * another machine always takes a click. @returns whether it is on its way
   */
  load(): boolean {
    const { hub, settings } = this.#seat;
    const isWanted = this.link.load === "now" && settings.world === "chat" && !this.#place.savesData;
    if (!isWanted || hub.first.facts.from !== "server") return false;
    void hub.loadInUse();
    return true;
  }

  showLesson(look: { readonly hidden: readonly Part[]; readonly lit: Part | null }): void {
    this.#lesson = look;
    this.#apply();
  }

  showAll(isAll: boolean): void {
    this.isAllShown = isAll;
    this.#apply();
  }

  /** Attributes of the root element, so that one style sheet leaves the parts out, whatever a component says. */
  #apply(): void {
    const { dataset } = this.#place.root;
    dataset["hide"] = this.hidden.join(" ");
    dataset["lit"] = this.#lesson.lit ?? "";
  }
}
