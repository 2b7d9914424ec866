/** Owns waiting for what is on its way: all of it, or as long as a daemon that ends may take. */

import type { Loop } from "./loop.ts";
import type { Timers } from "./timers.ts";
import type { World } from "./world.ts";

/** Resolves when nothing is on its way and no turn is to come. `late`: it is waited for no longer. */
export async function settle(world: World, loop: Loop, late: () => boolean = () => false): Promise<void> {
  const { errands, chores } = world;
  while (!late() && (loop.isDue() || errands.count() + chores.count() > 0)) await nextMoment(loop);
}

function nextMoment(loop: Loop): Promise<void> {
  loop.hurry();
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Milliseconds that what is on its way may take once the daemon goes: the store has it, and the next one takes it up. */
const closingMs = 10_000;

/** The same, but not for ever: what hangs must not keep a daemon from ending. */
export function settleInTime(world: World, loop: Loop, timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    let late = false;
    const cancel = timers.after(closingMs, () => {
      late = true;
      world.log("something on its way takes too long; the next daemon does it");
    });
    void settle(world, loop, () => late).then(() => {
      cancel();
      resolve();
    });
  });
}
