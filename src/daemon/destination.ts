/** Owns where a submission goes: by -M, a variable of its caller, its queue, or what was chosen for all. */

import { RefusedError } from "../model/errors.ts";
import { localTarget } from "../model/forwarding.ts";
import type { Submission } from "../model/job.ts";
import type { Verbs } from "../model/verbs.ts";
import type { TargetBook } from "./away.ts";

/** The verbs of one caller: what is submitted goes where it should. */
export function destined(verbs: Verbs, variable: (name: string) => string | undefined, targets: TargetBook): Verbs {
  const to = (submission: Submission) => destination(submission, { asked: variable("HEADNODE_TARGET"), targets });
  // Everything else is as it was, the description as it is at the moment.
  return Object.create(verbs, {
    submit: { value: (submission: Submission) => verbs.submit(to(submission)) },
    attend: {
      value: (submission: Submission) => {
        const { target } = to(submission);
        if (target !== undefined)
          throw new RefusedError(
            `only batch jobs are handed to ${target}: say HEADNODE_TARGET=${localTarget} to run it here`,
          );
        return verbs.attend(submission);
      },
    },
  });
}

interface Wish {
  readonly asked: string | undefined;
  readonly targets: TargetBook;
}

function destination(submission: Submission, { asked, targets }: Wish): Submission {
  const { spec, queue } = submission;
  const known = (name: string): boolean => targets.all().some((one) => one.name === name);
  const named = spec.clusters?.find((name) => known(name) || name === localTarget);
  const ofQueue = targets.ofQueue(queue);
  const target = named ?? (asked || null) ?? ofQueue ?? targets.chosen() ?? localTarget;
  if (target === localTarget) return submission;
  if (!known(target)) throw new RefusedError(`there is no target ${target}: see headnode target list`);
  // What is different on this machine is not so there. The queue here is only a name for the way there.
  const there = target === ofQueue ? { ...spec, queues: null } : spec;
  return { ...submission, target, spec: there, notes: [`it is handed to ${target}`] };
}
