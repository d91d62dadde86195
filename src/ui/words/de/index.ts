/** All German words, by the file that holds the English ones. */
import * as blocks from "./blocks.ts";
import * as branches from "./branches.ts";
import * as charts from "./charts.ts";
import * as check from "./check.ts";
import * as classView from "./class-view.ts";
import * as classDialog from "./class-dialog.ts";
import * as classroom from "./classroom.ts";
import * as clicks from "./clicks.ts";
import * as combine from "./combine.ts";
import * as comparison from "./comparison.ts";
import * as counts from "./counts.ts";
import * as device from "./device.ts";
import * as embed from "./embed.ts";
import * as equalKl from "./equal-kl.ts";
import * as errors from "./errors.ts";
import * as glossary from "./glossary.ts";
import * as handIn from "./hand-in.ts";
import * as header from "./header.ts";
import * as help from "./help.ts";
import * as hub from "./hub.ts";
import * as inspector from "./inspector.ts";
import * as judgeCharts from "./judge-charts.ts";
import * as lane from "./lane.ts";
import * as legend from "./legend.ts";
import * as laptopCheck from "./laptop-check.ts";
import * as lens from "./lens.ts";
import * as lessons from "./lessons.ts";
import * as modelCards from "./model-cards.ts";
import * as modelsDialog from "./models-dialog.ts";
import * as names from "./names.ts";
import * as notices from "./notices.ts";
import * as page from "./page.ts";
import * as personas from "./personas.ts";
import * as probe from "./probe.ts";
import * as picture from "./picture.ts";
import * as print from "./print.ts";
import * as probeTable from "./probe-table.ts";
import * as rail from "./rail.ts";
import * as rejection from "./rejection.ts";
import * as reweigh from "./reweigh.ts";
import * as samples from "./samples.ts";
import * as saved from "./saved.ts";
import * as scorers from "./scorers.ts";
import * as served from "./served.ts";
import * as sources from "./sources.ts";
import * as shownNames from "./shown-names.ts";
import * as stage from "./stage.ts";
import * as sweep from "./sweep.ts";
import * as sweepMatrix from "./sweep-matrix.ts";
import * as sweepPlan from "./sweep-plan.ts";
import * as sweepView from "./sweep-view.ts";
import * as teach from "./teach.ts";
import * as token from "./token.ts";
import * as update from "./update.ts";
import * as worlds from "./worlds.ts";

export const german = {
  blocks,
  branches,
  charts,
  check,
  "class-view": classView,
  "class-dialog": classDialog,
  classroom,
  clicks,
  combine,
  comparison,
  counts,
  device,
  embed,
  "equal-kl": equalKl,
  errors,
  glossary,
  "hand-in": handIn,
  header,
  help,
  hub,
  inspector,
  "judge-charts": judgeCharts,
  lane,
  legend,
  "laptop-check": laptopCheck,
  lens,
  lessons,
  "model-cards": modelCards,
  "models-dialog": modelsDialog,
  names,
  notices,
  page,
  personas,
  probe,
  picture,
  print,
  "probe-table": probeTable,
  rail,
  rejection,
  reweigh,
  samples,
  saved,
  scorers,
  served,
  sources,
  "shown-names": shownNames,
  stage,
  sweep,
  "sweep-matrix": sweepMatrix,
  "sweep-plan": sweepPlan,
  "sweep-view": sweepView,
  teach,
  token,
  update,
  worlds,
};
