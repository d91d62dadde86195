/** What the share menu makes of a run: a picture and tables. */
export { takePicture } from "../picture/take-picture.ts";
export { toCsv, toMarkdown } from "../words/tables.ts";
