/** Owns which queues a job may run in, the best first, and what it takes of what they count. */

import type { ClusterDescription, Queue } from "../../model/cluster.ts";
import type { Need, Submission } from "../../model/job.ts";
import { admits, environmentPool, isHosted } from "../../model/queues.ts";
import type { JobSpec } from "../../model/spec.ts";
import { amountSaid } from "./complexes.ts";
import { isPattern, matches, matchesQueue } from "./patterns.ts";

/** A job, and who asks for it. */
export interface Asking {
  readonly spec: JobSpec;
  readonly cluster: ClusterDescription;
  readonly user: string;
  readonly slots: number;
}

/** What a job needs with the queues that will do and what is counted by name, and the queue it is shown in meanwhile. */
export function placed(need: Need, asking: Asking): Pick<Submission, "need" | "queue"> {
  const { spec, cluster } = asking;
  const draws = [...environmentDraws(asking), ...resourceDraws(asking)];
  const counted = draws.length > 0 ? { draws } : {};
  // Where none is described any name will do.
  if (cluster.queues.length === 0) return { need: { ...need, ...counted }, queue: queueOf(spec, cluster) };
  const queues = inOrder(cluster)
    .filter((queue) => rules.every((rule) => rule(queue, asking)))
    .map(({ name }) => name);
  return { need: { ...need, ...counted, queues }, queue: queues[0] ?? queueOf(spec, cluster) };
}

/** The first queue that the request means. */
function queueOf({ queues }: JobSpec, cluster: ClusterDescription): string {
  const known = inOrder(cluster).map(({ name }) => name);
  const candidates = known.length ? known : ["all.q"];
  const allowed = queues ?? ["*"];
  const found = candidates.find((name) => allowed.some((request) => matchesQueue(request, name, cluster.host)));
  const [plain] = allowed.filter((request) => !isPattern(request)).map((request) => request.replace(/@.*$/, ""));
  return found ?? (plain || candidates[0] || "all.q");
}

type Draws = NonNullable<Need["draws"]>;

/** The slots of its environment: the first described one that its request means. */
function environmentDraws({ spec, cluster, slots }: Asking): Draws {
  const asked = spec.parallelEnvironment?.name;
  const found = cluster.parallelEnvironments.find(({ name }) => asked !== undefined && matches(asked, name));
  return found ? [{ pool: environmentPool(found.name), amount: slots }] : [];
}

/** What it takes of the site's resources: each slot as much as was asked for, or as each takes that asks for none. */
function resourceDraws({ spec, cluster, slots }: Asking): Draws {
  const hard = (spec.requests ?? []).filter(({ soft }) => !soft);
  return (cluster.complexes ?? [])
    .filter(({ consumable }) => consumable)
    .flatMap((complex) => {
      const said = hard.find(({ name }) => name === complex.name || name === complex.shortcut)?.value;
      const each = amountSaid(complex, said ?? complex.usual ?? "0") ?? 0;
      return each > 0 ? [{ pool: complex.name, amount: complex.perJob ? each : each * slots }] : [];
    });
}

const rules: readonly ((queue: Queue, asking: Asking) => boolean)[] = [
  ({ name }, { spec, cluster }) => (spec.queues ?? ["*"]).some((request) => matchesQueue(request, name, cluster.host)),
  ({ maxWallTime }, { spec }) => (spec.wallTime ?? 0) <= (maxWallTime ?? Number.POSITIVE_INFINITY),
  ({ environments }, { spec }) =>
    !spec.parallelEnvironment ||
    environments == null ||
    environments.some((name) => matches(spec.parallelEnvironment?.name ?? "", name)),
  (queue, { cluster }) => isHosted(queue, cluster),
  (queue, { cluster, user }) => admits(queue, user, cluster),
];

function inOrder({ queues }: ClusterDescription): readonly Queue[] {
  return [...queues].sort((a, b) => a.sequence - b.sequence);
}
