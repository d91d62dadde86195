import { defaultSettings, newLane, noWeights, type SettingsData } from "../../src/state/settings/settings-data.ts";

const settings: SettingsData = {
  ...defaultSettings(),
  kind: "advice",
  weights: noWeights(),
  lanes: [newLane("a", "base"), newLane("b", "genarm")],
};

/** What a visitor kept: a chat world of two lanes without a reward, at temperature 1. For made models, which write noise. */
export const BARE_CHAT = { "tiller.chat": JSON.stringify(settings) };
