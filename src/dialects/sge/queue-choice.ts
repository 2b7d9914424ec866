/** Owns which queues a job may run in, the best first, and what it takes of what they count. */

import type { ClusterDescription, ComplexDescription, Queue } from "../../model/cluster.ts";
import type { Submission } from "../../model/job.ts";
import type { Need } from "../../model/need.ts";
import { admits, environmentPool, hostSlots, isHosted } from "../../model/queues.ts";
import type { JobSpec } from "../../model/spec.ts";
import { amountSaid, complexNamed } from "./complexes.ts";
import { environmentMeant } from "./parallel-environments.ts";
import { isPattern, matches, matchesQueue } from "./patterns.ts";
import { forcedUnasked, queueHasSite } from "./site-resources.ts";

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
  const spread = spec.parallelEnvironment ? { spread: spreadIn(spec.parallelEnvironment.name, cluster) } : {};
  return { need: { ...need, ...counted, ...spread, queues }, queue: queues[0] ?? queueOf(spec, cluster) };
}

// Where all slots are to be on one host, the queue that was filled last is the master's.
function spreadIn(asked: string, cluster: ClusterDescription): "first" | "last" {
  return environmentMeant(asked, cluster)?.allocationRule === "$pe_slots" ? "last" : "first";
}

/** The first queue that the request means. */
function queueOf({ queues }: JobSpec, cluster: ClusterDescription): string {
  const known = inOrder(cluster).map(({ name }) => name);
  const candidates = known.length ? known : ["all.q"];
  const allowed = queues ?? ["*"];
  const found = candidates.find((name) => allowed.some((request) => matchesQueue(request, name, cluster)));
  const [plain] = allowed.filter((request) => !isPattern(request)).map((request) => request.replace(/@.*$/, ""));
  return found ?? (plain || candidates[0] || "all.q");
}

type Draws = NonNullable<Need["draws"]>;

/** The slots of its environment. */
function environmentDraws({ spec, cluster, slots }: Asking): Draws {
  const found = spec.parallelEnvironment && environmentMeant(spec.parallelEnvironment.name, cluster);
  return found ? [{ pool: environmentPool(found.name), amount: slots }] : [];
}

/** What it takes of the site's resources: each slot as much as was asked for, or as each takes that asks for none. */
function resourceDraws({ spec, cluster, slots }: Asking): Draws {
  const hard = (spec.requests ?? []).filter(({ soft }) => !soft);
  return [...(cluster.complexes ?? []).filter(({ consumable }) => consumable), ...limitedOnHost(cluster)].flatMap(
    (complex) => {
      const said = hard.find(({ name }) => name === complex.name || name === complex.shortcut)?.value;
      const each = amountSaid(complex, said ?? complex.usual ?? "0") ?? 0;
      if (each <= 0) return [];
      return [
        { pool: poolOf(complex), ...(complex.perJob ? { amount: each, whole: true } : { amount: each * slots }) },
      ];
    },
  );
}

/** Slots and memory, where an administrator says how much of them the host has. */
function limitedOnHost({
  hostCapacities,
  host,
  defaultMemoryPerCpu,
}: ClusterDescription): readonly ComplexDescription[] {
  const said = hostCapacities?.find(({ name }) => name === host)?.values ?? [];
  const usual: Readonly<Record<string, string>> = { slots: "1", h_vmem: String(defaultMemoryPerCpu ?? 0) };
  return said.flatMap(({ name }) => {
    const row = complexNamed(name);
    return row && usual[name] !== undefined ? [{ ...row, usual: usual[name] }] : [];
  });
}

// A queue has slots of its own, which are counted anyhow.
function poolOf({ name }: ComplexDescription): string {
  return name === "slots" ? hostSlots : name;
}

const rules: readonly ((queue: Queue, asking: Asking) => boolean)[] = [
  ({ name }, { spec, cluster }) => (spec.queues ?? ["*"]).some((request) => matchesQueue(request, name, cluster)),
  ({ maxWallTime }, { spec }) => (spec.wallTime ?? 0) <= (maxWallTime ?? Number.POSITIVE_INFINITY),
  ({ environments }, { spec }) =>
    !spec.parallelEnvironment ||
    environments == null ||
    environments.some((name) => matches(spec.parallelEnvironment?.name ?? "", name)),
  ({ name }, { spec, cluster, slots }) =>
    (spec.requests ?? []).every((request) => request.soft || queueHasSite(cluster, name, { request, slots })),
  (queue, { cluster }) => isHosted(queue, cluster),
  (queue, { cluster, user }) => admits(queue, user, cluster),
  ({ capacities }, { spec, cluster }) => forcedUnasked(capacities, spec.requests, cluster) === null,
];

function inOrder({ queues }: ClusterDescription): readonly Queue[] {
  return [...queues].sort((a, b) => a.sequence - b.sequence);
}
