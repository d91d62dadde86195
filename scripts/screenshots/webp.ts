/** Pictures as WebP, made by the browser that took them: a PNG of this much text is three times as large. */
import { writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";

/** @param scale of the sides, 1 to keep the size */
export async function saveWebp(page: Page, png: Buffer, path: string, scale = 1): Promise<void> {
  const small = await page.evaluate(
    async ({ base64, scale }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
      const context = canvas.getContext("2d");
      if (context !== null) context.imageSmoothingQuality = "high";
      context?.drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.72 });
      return btoa(Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(""));
    },
    { base64: png.toString("base64"), scale },
  );
  await writeFile(path, Buffer.from(small, "base64"));
  console.log(path);
}
