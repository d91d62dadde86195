/** The windows of the page: at most one is open. */
export type DialogName = "help" | "saved" | "models" | "teach" | "taste" | "class" | "embed";

export class Dialogs {
  open = $state.raw<DialogName | null>(null);
  /** The lesson that is shared for a class; "" for the page as it is. */
  sharedLesson = $state.raw("");

  show(name: DialogName): void {
    this.open = name;
  }

  shareForClass(lesson: string): void {
    this.sharedLesson = lesson;
    this.open = "class";
  }

  readonly close = (): void => void (this.open = null);
}
