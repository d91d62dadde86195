/** Another judge: fetched when it is chosen, and given up where the visitor cancels that. */
import { CAREFUL_JUDGE, type JudgeId } from "../../core/judges.ts";
import type { PageModels } from "../worker/models.svelte.ts";
import type { Settings } from "../settings/settings.svelte.ts";

/** What runs must have stopped before: it ends under the judge that it began with. */
export async function chooseJudge(judge: JudgeId, settings: Settings, models: PageModels): Promise<void> {
  const before = settings.data.judge;
  const wasReady = models.report !== null;
  const wasAbsent = models.state.status === "absent";
  settings.update({ judge });
  // The careful judge comes with the other models, whenever those are asked for.
  if (wasAbsent && judge === CAREFUL_JUDGE) return;
  const isReady = await models.load();
  const isCancelled = !isReady && models.state.status === "absent";
  if (!isCancelled || !wasReady) return;
  settings.update({ judge: before });
  await models.load();
}
