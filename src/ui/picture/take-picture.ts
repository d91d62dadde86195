/** The lanes as a picture, made on this device: for a file or for the clipboard. */
import type { Playground } from "../../state/playground.svelte.ts";
import { stageLanes } from "../../state/stage/stage.ts";
import { pictureContent } from "./content.ts";
import { layoutPicture } from "./layout.ts";
import { readLook } from "./look.ts";
import type { Picture } from "./marks.ts";
import { drawPicture, pictureScale, toSvg } from "./render.ts";

export type PictureUse = "save-png" | "save-svg" | "copy-png";

/** Shows what ran, also while the screen shows what other weights would have made of it. */
export async function takePicture({ settings, run, prefs, share }: Playground, use: PictureUse): Promise<void> {
  const lanes = stageLanes(settings.data, run.view, run.laneIds, run.source);
  const content = pictureContent(lanes, run.view, prefs.data.quantity);
  const { context } = newCanvas();
  if (content === null || context === null) return;
  const picture = layoutPicture(content, readLook(), (text, font) => {
    context.font = font;
    return context.measureText(text).width;
  });
  if (use === "save-svg") share.savePicture("svg", new Blob([toSvg(picture)], { type: "image/svg+xml" }));
  // The clipboard wants the promise within the click, and waits for the picture itself.
  else if (use === "copy-png") await share.copyPicture(pngOf(picture));
  else share.savePicture("png", await pngOf(picture));
}

function newCanvas(): { readonly canvas: HTMLCanvasElement; readonly context: CanvasRenderingContext2D | null } {
  const canvas = document.createElement("canvas");
  return { canvas, context: canvas.getContext("2d") };
}

function pngOf(picture: Picture): Promise<Blob> {
  const { canvas, context } = newCanvas();
  const scale = pictureScale(picture);
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  context?.scale(scale, scale);
  if (context !== null) drawPicture(context, picture);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("the browser drew no picture")) : resolve(blob)));
  });
}
