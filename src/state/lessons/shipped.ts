/** The lessons that come along, in their order. Each is checked when it is opened, as one from a teacher would be. */
import oneToken from "../../lessons/one-token.json" with { type: "json" };
import strength from "../../lessons/strength.json" with { type: "json" };
import twoWishes from "../../lessons/two-wishes.json" with { type: "json" };
import valueOrReward from "../../lessons/value-or-reward.json" with { type: "json" };
import bestOfN from "../../lessons/best-of-n.json" with { type: "json" };
import notTheTruth from "../../lessons/not-the-truth.json" with { type: "json" };
import { readLesson, type Lesson } from "./lesson-file.ts";

const FILES: readonly unknown[] = [oneToken, strength, twoWishes, valueOrReward, bestOfN, notTheTruth];

export const SHIPPED_LESSONS: readonly Lesson[] = FILES.map((raw) => {
  const reading = readLesson(raw);
  if (reading.type === "broken") throw new Error(`A lesson of the page is broken: ${reading.why}`);
  return reading.lesson;
});
