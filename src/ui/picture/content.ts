/** What a picture of the lanes says: the words and numbers that the screen shows. */
import { pushIds } from "../../core/push-ids.ts";
import { laneFacts, wishOf, type KlFact, type Known } from "../../state/stage/facts.ts";
import type { Quantity } from "../../state/settings/prefs.svelte.ts";
import type { StageLane } from "../../state/stage/stage.ts";
import { isFlip, levelOf } from "../../state/stage/tint.ts";
import { requestNow, shownSample, type RunView } from "../../state/run/view.ts";
import { BLANK, fixed, optional, signed } from "../words/format.ts";
import { BACKEND_NAMES, OBJECTIVE_NAMES, QUANTITY_NAMES, weightText } from "../words/names.ts";
import { laneFooter, laneSubtitle } from "../words/lane.ts";
import { LEGEND_ENDS, legendLevels } from "../words/legend.ts";
import { picture as words } from "../words/picture.ts";
import { shownName } from "../words/shown-names.ts";
import type { PictureContent, PictureLane } from "./layout.ts";

/** @returns null while there is no run to show */
export function pictureContent(lanes: readonly StageLane[], run: RunView, quantity: Quantity): PictureContent | null {
  const request = requestNow(run);
  if (request === null) return null;
  const wish = wishOf(request);
  const asked = pushIds(wish).flatMap((id) => {
    const weight = wish[id] ?? 0;
    return weight === 0 ? [] : [weightText(id, weight, request.sources)];
  });
  const device = run.device === null ? [] : [BACKEND_NAMES[run.device.backend]];
  return {
    prompt: request.prompt,
    asked: asked.length === 0 ? words.nothing : words.asked(asked.join(" · ")),
    legend: { name: QUANTITY_NAMES[quantity], ends: LEGEND_ENDS[quantity], levels: legendLevels(quantity) },
    isSigned: quantity === "push",
    lanes: lanes.map((lane) => laneContent(lane, run, quantity)),
    foot: ["Tiller", words.seed(request.seed), ...device, words.underlined].join(" · "),
  };
}

function laneContent(lane: StageLane, run: RunView, quantity: Quantity): PictureLane {
  const steps = lane.view === null ? [] : shownSample(lane.view).steps;
  const facts = lane.index === null ? null : laneFacts(run, lane.index);
  const head = ["", words.truth, words.judge] as const;
  return {
    letter: lane.letter,
    name: shownName(lane.request.name),
    subtitle: laneSubtitle(lane),
    tokens: steps.map((step) => ({ text: step.text, level: levelOf(step, quantity), isFlip: isFlip(step) })),
    scores:
      facts === null
        ? []
        : [
            head,
            ...facts.objectives.map(
              ({ id, truth, reward, isBest }) =>
                [isBest ? words.best(OBJECTIVE_NAMES[id]) : OBJECTIVE_NAMES[id], known(truth), known(reward)] as const,
            ),
            ...facts.sources.map(({ spec, score }) => [shownName(spec.name), BLANK, known(score)] as const),
          ],
    facts:
      facts === null
        ? []
        : [
            [
              facts.kl?.type === "bound" ? words.atMost(klName(facts.kl)) : klName(facts.kl),
              facts.kl === null ? BLANK : words.nats(fixed(facts.kl.nats, 1)),
            ],
            [words.perplexity, optional(facts.perplexity, 1)],
            [words.tokens, String(facts.length)],
            [words.forwards, optional(facts.forwardsPerToken, 1)],
          ],
  };
}

function known(value: Known): string {
  return value === undefined ? BLANK : value === null ? words.notKnown : signed(value, 2);
}

function klName(kl: KlFact | null): string {
  return kl?.to === "base" ? laneFooter.klToBase : laneFooter.kl;
}
