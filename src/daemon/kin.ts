/** Owns what the starts of a job's elements have in common, and what was found out about it. */

import type { Kin, Start } from "../language/dialect.ts";
import type { ClusterDescription } from "../model/cluster.ts";
import type { Element, Job } from "../model/job.ts";

/** What starts have in common is found out once for each job, node and description of the cluster. */
export function families(describe: (job: Job, element: Element) => Kin) {
  const known = new WeakMap<Job, Family>();
  return (job: Job, element: Element, description: ClusterDescription): Common => {
    const before = known.get(job);
    const family = before?.description === description ? before : { description, byNode: new Map<string, Common>() };
    if (family !== before) known.set(job, family);
    const found = family.byNode.get(element.node) ?? remembering(describe(job, element));
    family.byNode.set(element.node, found);
    return found;
  };
}

export type Common = Kin & Pick<Start, "once">;

interface Family {
  readonly description: ClusterDescription;
  readonly byNode: Map<string, Common>;
}

/** The same for a start that has no kin. */
export function remembering(kin: Kin): Common {
  const found = new Map<unknown, unknown>();
  const once = <T>(find: (kin: Kin) => T): T => {
    if (!found.has(find)) found.set(find, find(kin));
    return found.get(find) as T;
  };
  return { ...kin, once };
}
