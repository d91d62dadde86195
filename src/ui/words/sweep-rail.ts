export const sweepRail = { title: "Sweep settings", close: "Close sweep settings" };
