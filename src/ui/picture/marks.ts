/** What a picture is made of. Coordinates in CSS pixels; the y of a text is its baseline. */

export type Mark =
  | {
      readonly type: "box";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly colour: string;
      readonly opacity: number;
    }
  | {
      readonly type: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly font: string;
      readonly colour: string;
      readonly isAtEnd: boolean;
    };

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

/** Width of a text in CSS pixels in a CSS font. */
export type TextMeasure = (text: string, font: string) => number;
