/** Owns what qmod says of queues, whose states are not kept here yet: what holds already is said, the rest refused. */

import type { User } from "../../model/job.ts";
import type { QueueAction } from "./modification.ts";

/** The line about one queue of a host. */
export function queueModification(
  action: QueueAction,
  queue: string,
  user: Pick<User, "name" | "uid">,
): { readonly line: string; readonly good: boolean } {
  if (user.uid !== 0) return { line: `${user.name} - you have no permission to modify queue "${queue}"`, good: false };
  const state = states[action];
  if (state) return { line: `Queue instance "${queue}" is already in the specified state: ${state}`, good: true };
  return { line: `queue "${queue}" was not changed: headnode does not keep states of queues yet`, good: false };
}

/** States in which every queue always is. */
const states: Readonly<Partial<Record<QueueAction, string>>> = {
  enable: "enabled",
  clear: "no error",
  resume: "unsuspended",
};
