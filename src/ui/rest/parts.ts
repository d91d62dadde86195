/** The parts of the first screen that its first paint does without. */
export { default as DeviceCard } from "../header/DeviceCard.svelte";
export { default as BelowLanes } from "../page/BelowLanes.svelte";
export { default as RailMore } from "../rail/RailMore.svelte";
export { default as LaneBlocks } from "../stage/blocks/LaneBlocks.svelte";
export { default as LaneForm } from "../stage/lanes/LaneForm.svelte";
export { default as LaneTable } from "../stage/lanes/LaneTable.svelte";
export { default as MovingWeights } from "../stage/lanes/MovingWeights.svelte";
export { default as ReweighBar } from "../stage/run/ReweighBar.svelte";
export { default as SampleBars } from "../stage/samples/SampleBars.svelte";
export { default as SampleTable } from "../stage/samples/SampleTable.svelte";
export { default as TokenTip } from "../stage/token/TokenTip.svelte";
