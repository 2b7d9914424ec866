/** Owns where a submission goes: by -M, a variable of its caller, its queue, or what was chosen for all. */

import { copiedPaths } from "../forwarding/files.ts";
import { type ClusterDescription, clusterOf, unbounded } from "../model/cluster.ts";
import { RefusedError } from "../model/errors.ts";
import { localTarget } from "../model/forwarding.ts";
import type { Submission } from "../model/job.ts";
import type { Verbs } from "../model/verbs.ts";
import type { TargetBook } from "./away.ts";

/** The verbs of one caller: what is submitted goes where it should. */
export function destined(verbs: Verbs, variable: (name: string) => string | undefined, targets: TargetBook): Verbs {
  const wish = (): Wish => ({ asked: variable("HEADNODE_TARGET"), targets });
  const to = (submission: Submission) => destination(submission, wish());
  // Everything else is as it was, the description as it is at the moment.
  return Object.create(verbs, {
    submit: { value: (submission: Submission, caller?: "stays" | "goes") => verbs.submit(to(submission), caller) },
    describedFor: {
      value: (asked: Asked) => {
        const target = nameOf(asked, wish());
        // Another scheduler judges what it is handed.
        if (target !== localTarget && !hostsNamed(targets, target)) return unbounded(verbs.description);
        return clusterOf(verbs.description, hostsNamed(targets, target) ? target : undefined);
      },
    },
    inSight: { value: (clusters: Asked["clusters"]) => inSight(verbs.description, clusters, wish()) },
    attend: {
      value: (submission: Submission) => {
        const { target, need } = to(submission);
        if (need.target !== undefined)
          throw new RefusedError(
            `only batch jobs are started on ${need.target}: say HEADNODE_TARGET=${localTarget} to run it here`,
          );
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

/** What of a submission says where it goes. */
interface Asked {
  readonly clusters: readonly string[] | null;
  readonly queue: string;
}

function nameOf({ clusters, queue }: Asked, { asked, targets }: Wish): string {
  const known = (name: string): boolean => targets.all().some((one) => one.name === name);
  const named = clusters?.find((name) => known(name) || name === localTarget);
  return named ?? (asked || null) ?? targets.ofQueue(queue) ?? targets.chosen() ?? localTarget;
}

// What other schedulers have is theirs to show.
function inSight(all: ClusterDescription, clusters: Asked["clusters"], { asked, targets }: Wish): ClusterDescription {
  if (clusters?.includes("all")) return all;
  const isOwn = (name: string): boolean => name === localTarget || name === all.name;
  const named = clusters?.find((name) => isOwn(name) || hostsNamed(targets, name));
  const target = named ?? (asked || null) ?? targets.chosen();
  if (target !== null && isOwn(target)) return clusterOf(all, undefined);
  return target !== null && hostsNamed(targets, target) ? clusterOf(all, target) : all;
}

function hostsNamed(targets: TargetBook, name: string): boolean {
  return targets.all().some((one) => one.name === name && one.kind === "hosts");
}

function destination(submission: Submission, wish: Wish): Submission {
  const { spec, queue } = submission;
  const { targets } = wish;
  const target = nameOf({ clusters: spec.clusters, queue }, wish);
  const here = { ...submission, need: { ...submission.need } };
  delete here.need.target;
  if (target === localTarget) return here;
  if (!targets.all().some(({ name }) => name === target))
    throw new RefusedError(`there is no target ${target}: see headnode target list`);
  if (hostsNamed(targets, target)) return onHosts(submission, target, targets);
  // What is different on this machine is not so there. The queue here is only a name for the way there.
  const there = target === targets.ofQueue(queue) ? { ...spec, queues: null } : spec;
  return { ...here, target, spec: there, notes: [`it is handed to ${target}`] };
}

/** The scheduler here goes on to decide, among machines of that target. */
function onHosts(submission: Submission, target: string, targets: TargetBook): Submission {
  const { need, notes } = submission;
  refuseWholeHome(submission, targets.all().find(({ name }) => name === target)?.files ?? "shared");
  if (need.nodes > 1)
    throw new RefusedError(
      `${target} has machines without a scheduler: a job runs on one of them, and this one asks for ${need.nodes} nodes`,
    );
  const said = `it runs on a machine of ${target}`;
  return { ...submission, need: { ...need, target }, notes: [...notes.filter((note) => note !== said), said] };
}

// Nobody wants all of a home directory on its way because a job was submitted there.
function refuseWholeHome(submission: Submission, files: "shared" | "copy"): void {
  const { submitDirectory, user } = submission;
  if (files === "shared" || copiedPaths(submission).there.length > 0) return;
  if (!["/", "/tmp", user.home].includes(submitDirectory)) return;
  throw new RefusedError(
    `all of ${submitDirectory} would be copied: submit from the job's own directory, or say in the script what it needs: #HEADNODE in FILE…`,
  );
}
