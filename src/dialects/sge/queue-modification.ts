/** Owns what qmod makes of a queue, and what it says of that. */

import type { QueueCondition } from "../../model/queues.ts";
import type { QueueAction } from "./modification.ts";

/** Who does what, to which queue of a host. */
export interface QueueDeed {
  /** `user@host`. */
  readonly who: string;
  /** `queue@host`. */
  readonly queue: string;
  readonly action: Exclude<QueueAction, "reschedule">;
  readonly force: boolean;
}

/** How the queue is from now on, null where that is nothing new, and the line about it. */
export function queueModification(
  before: QueueCondition,
  deed: QueueDeed,
): { readonly after: QueueCondition | null; readonly line: string } {
  const { who, queue, force } = deed;
  const { change, name } = ends[deed.action];
  const after = { ...before, ...change };
  const same = after.state === before.state && after.suspended === before.suspended;
  if (same && !force)
    return { after: null, line: `Queue instance "${queue}" is already in the specified state: ${name}` };
  const done = force ? "forced state change of" : "changed state of";
  return { after: same ? null : after, line: `${who} ${done} "${queue}" (${name})` };
}

/** What is said to somebody who may not. */
export function queueDenied(user: string, queue: string): string {
  return `${user} - you have no permission to modify queue "${queue}"`;
}

/** Queues are never in error here. */
const ends: Readonly<Record<QueueDeed["action"], { readonly change: Partial<QueueCondition>; readonly name: string }>> =
  {
    disable: { change: { state: "down" }, name: "disabled" },
    enable: { change: { state: "up" }, name: "enabled" },
    suspend: { change: { suspended: true }, name: "suspended" },
    resume: { change: { suspended: false }, name: "unsuspended" },
    clear: { change: {}, name: "no error" },
  };
