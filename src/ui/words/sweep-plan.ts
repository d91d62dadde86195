/** Why the settings of a sweep are no plan yet, and what to change. */
import type { ObjectiveId } from "../../core/types.ts";
import type { NoPlan } from "../../state/sweep/form.ts";
import { prompts, runs, values } from "./counts.ts";
import { listed } from "./format.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { localized } from "./language.ts";

export const whyNoPlan = localized("sweep-plan.whyNoPlan", (why: NoPlan): string => {
  switch (why.code) {
    case "no-prompt":
      return "Choose a prompt, or type one.";
    case "no-strategy":
      return "Choose at least one strategy.";
    case "same-objectives":
      return "The two objectives are the same. Change one of them.";
    case "no-value":
      return "Type at least one value.";
    case "all-zero":
      return "All objectives are at 0 in the playground. Move one of its sliders first.";
    case "hub-models":
      return "Under “What changes”, choose “lanes”: models of the Hub know no objective to change, but a sweep can repeat your lanes. For other sweeps go back to the page’s own models in the device menu.";
    case "chat-absent":
      return "The chat model is not loaded. Run it once in the playground, then start the sweep here.";
    case "only-branches":
      return "Every lane of the playground is a branch of one text, which fits no other prompt. Add a lane there.";
    case "too-many-prompts":
      return `You chose ${prompts(why.count)}. A sweep takes at most ${why.max}. Leave some out.`;
    case "too-many-values":
      return `You typed ${values(why.count)}. A sweep takes at most ${why.max}. Leave some out.`;
    case "too-many-runs":
      return `This sweep has ${runs(why.count)}. The charts show at most ${why.max}. Use fewer values, prompts, seeds or strategies.`;
    case "not-a-number":
      return `“${why.typed}” is not a ${why.isWhole ? "whole number" : "number"} from ${why.min} to ${why.max}.`;
    case "unranked":
      return unrankedText(why.objectives);
    default:
      return why satisfies never;
  }
});

export const unrankedText = localized("sweep-plan.unrankedText", (objectives: readonly ObjectiveId[]): string => {
  const names = listed(objectives.map((id) => OBJECTIVE_NAMES[id]));
  return `The chosen judges do not score ${names}, so best-of-N cannot rank by it. Choose other objectives, leave best-of-N out, or use the careful judge.`;
});
