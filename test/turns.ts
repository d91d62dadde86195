/**
 * Turns of the event loop in place of milliseconds: everything that waits for nothing but its turn (promises, messages,
 * timers of 0 ms) has run after a few of them, on a slow machine as on a fast one.
 */
export async function turns(count = 6): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}
