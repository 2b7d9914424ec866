/** Owns what is done to queues by name: which are meant, and their state, with what follows for the jobs in them. */

import { isManager } from "../../dialects/sge/managers.ts";
import { matchesQueue } from "../../dialects/sge/patterns.ts";
import { instancesShown } from "../../dialects/sge/queue-blocks.ts";
import { type QueueDeed, queueDenied, queueModification } from "../../dialects/sge/queue-modification.ts";
import type { Context } from "../../language/context.ts";
import { conditionOf } from "../../model/queues.ts";
import type { Listed, Target } from "../../model/verbs.ts";
import type { Told } from "./altering.ts";

/** The queues that a word means, by name. */
export function queuesMeant({ verbs }: Context, word: string): readonly string[] {
  const { description } = verbs;
  return instancesShown(description, verbs.select({ states: ["running", "suspended"] }))
    .map(({ name }) => name)
    .filter((name) => matchesQueue(word, name, description));
}

/** Disables a queue, suspends it with what runs in it, or takes that back. */
export function setCondition(
  context: Context,
  { name, action, force }: Pick<QueueDeed, "action" | "force"> & { readonly name: string },
): Told {
  const { verbs, user } = context;
  const { description } = verbs;
  const queue = `${name}@${description.host}`;
  if (!isManager(user, description)) return { lines: [queueDenied(user.name, queue)], code: 1 };
  const deed: QueueDeed = { who: `${user.name}@${description.host}`, queue, action, force };
  const { after, line } = queueModification(conditionOf(description, name), deed);
  if (after === null) return { lines: [line], code: 0 };
  verbs.amend({ kind: "queue", name, change: after }, user.uid);
  if (action === "suspend") suspendAll(context, name);
  if (action === "resume") resumeAll(context, name);
  return { lines: [line], code: 0 };
}

/** What the history of an element says of why it was stopped. */
const withQueue = "queue";

function suspendAll({ verbs }: Context, queue: string): void {
  for (const one of verbs.select({ states: ["running"] }))
    if (one.kind === "element" && one.job.queue === queue) verbs.suspend(targetOf(one), 0, withQueue);
}

// What was stopped by itself stays stopped.
function resumeAll({ verbs }: Context, queue: string): void {
  for (const one of verbs.select({ states: ["suspended"] })) {
    if (one.kind !== "element" || one.job.queue !== queue) continue;
    const last = verbs
      .history(one.job.id)
      .findLast(({ what, index }) => what === "suspended" && index === one.element.index);
    if (last?.why === withQueue) verbs.resume(targetOf(one), 0);
  }
}

function targetOf({ job, element }: Extract<Listed, { kind: "element" }>): Target {
  return { id: job.id, indices: element.index === null ? null : [[element.index, element.index]] };
}
