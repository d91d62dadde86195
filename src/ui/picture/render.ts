/** A laid-out picture on a canvas or as SVG. Fonts are the device's own; nothing is fetched. */
import type { Mark, Picture } from "./marks.ts";

/** What the strictest common browser lets one canvas have. */
const MAX_PIXELS = 16_000_000;

/** Device pixels per CSS pixel: two for sharp text, less for a picture that would be too large. */
export function pictureScale({ width, height }: Picture): number {
  return Math.min(2, Math.sqrt(MAX_PIXELS / (width * height)));
}

export function drawPicture(context: CanvasRenderingContext2D, { marks }: Picture): void {
  for (const mark of marks) {
    context.fillStyle = mark.colour;
    if (mark.type === "box") {
      context.globalAlpha = mark.opacity;
      context.fillRect(mark.x, mark.y, mark.width, mark.height);
      context.globalAlpha = 1;
    } else {
      context.font = mark.font;
      context.textAlign = mark.isAtEnd ? "right" : "left";
      context.fillText(mark.text, mark.x, mark.y);
    }
  }
}

export function toSvg({ width, height, marks }: Picture): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${marks.map(element).join("\n")}\n</svg>\n`;
}

function element(mark: Mark): string {
  const { x, y } = mark;
  if (mark.type === "box") {
    const { width, height, colour, opacity } = mark;
    return `<rect x="${r(x)}" y="${r(y)}" width="${r(width)}" height="${r(height)}" fill="${escaped(colour)}" fill-opacity="${opacity}"/>`;
  }
  const anchor = mark.isAtEnd ? ` text-anchor="end"` : "";
  const style = `style="font:${escaped(mark.font)}"`;
  return `<text x="${r(x)}" y="${r(y)}"${anchor} ${style} fill="${escaped(mark.colour)}" xml:space="preserve">${escaped(mark.text)}</text>`;
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}

/** XML has hardly any control characters, and a line of text needs none: they become the replacement character. */
function escaped(text: string): string {
  const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, "\uFFFD")
    .toWellFormed()
    .replaceAll(/[&<>"]/g, (character) => marks[character] ?? character);
}
