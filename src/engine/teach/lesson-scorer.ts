/** The part of a lesson that a scorer of whole texts decides: a direction that steers, and a value head that judges. */
import type { HeadCard } from "../../core/heads/head-card.ts";
import type { LessonTeacher } from "../../core/heads/lesson.ts";
import type { Models } from "../interfaces.ts";
import { openScorer } from "../scorers/open-scorer.ts";
import type { Made, Making } from "./lesson-parts.ts";
import { fitScorer } from "./teach-scorer.ts";

/**
 * Nats of spread at which a direction is tried: it pushes one way at every token, so its cost grows faster than that of a
 * head that reads the state. In the pilot 0.4 cost 4.6 nats over 48 tokens, and 0.6 cost 12.5.
 */
const START = 0.4;
const SLIDER_END = 0.8;
/** A value head's strength counts standard deviations of the score; beyond it the k candidates of VAS leave no choice. */
const VALUE_END = 20;

export async function makeFromScorer(
  models: Models,
  { scorer }: LessonTeacher & { readonly kind: "scorer" },
  { rounds, card, control }: Making,
): Promise<Made> {
  const { lesson } = rounds[0]!;
  const answers = rounds.flatMap((round) => round.answers);
  const { features, seed } = lesson;
  const taught = await fitScorer(models, answers, { scorer, features, seed }, control);
  const { direction, value, explained, pairs, mean, sd, samples } = taught;
  const common: Omit<HeadCard, "id" | "name" | "sliderEnd" | "explained" | "metrics"> = {
    policy: card.policy,
    teacher: { kind: "scorer", scorer, mean, sd },
    training: { ...card.training, samples },
  };
  const { value: share, n, ci95 } = explained;
  const opened = await openScorer(scorer);
  return {
    head: {
      card: {
        ...common,
        id: card.id,
        name: card.name,
        sliderEnd: SLIDER_END,
        explained: null,
        metrics: pairs === null ? {} : { pairAccuracy: pairs },
      },
      head: direction,
    },
    value: {
      card: {
        ...common,
        id: `${card.id}-value`,
        name: `${card.name}, value`.slice(0, 80),
        sliderEnd: VALUE_END,
        explained: share,
        metrics: {
          explained: { value: share, n, ci95 },
          startStrength: { value: Math.min(VALUE_END, 1 / taught.valueStep), n: samples, ci95: null },
        },
      },
      head: value,
    },
    start: START,
    unit: "sd",
    score: async (_, { text }) => {
      const own = text.trim() === "" ? null : opened.score(text.trim());
      return own === null ? null : (own - mean) / sd;
    },
  };
}
