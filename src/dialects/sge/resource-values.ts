/** Owns what hosts and queues have of each resource at a moment, and how `qstat -F` and `qhost -F` write it. */

import { queuePool } from "../../model/queues.ts";
import { amountText } from "./amounts.ts";
import { complexNamed } from "./complexes.ts";
import { hostOffers, type Offer, queueLimits } from "./offers.ts";
import type { QueueInstance } from "./queue-instance.ts";
import { type InstanceWorld, runningLines, slotsOf } from "./queue-instances.ts";
import { hostSiteValues, queueSiteValues, type Taken } from "./site-resources.ts";

/** What is left on the host, in the order in which it is reported. */
export function hostValues(world: InstanceWorld): readonly Offer[] {
  return [...hostOffers(world.cluster, leftOnHost(world), world.use), ...hostSiteValues(world.cluster, takenOf(world))];
}

/** What a queue has: its host's, then its own, the tighter of both where both count. */
export function queueValues(world: InstanceWorld, { name, slots, used, host }: QueueInstance): readonly Offer[] {
  const onHost = leftOnHost(world);
  const left = Math.max(0, slots - used);
  const own: Offer =
    left < onHost.slots
      ? { name: "slots", source: "qc", value: left }
      : { name: "slots", source: "hc", value: onHost.slots };
  const reported = hostOffers(world.cluster, onHost, world.use).filter(({ name: known }) => known !== "slots");
  const limits = queueLimits(world.cluster, name, host).filter((limit) =>
    reported.every((offer) => offer.name !== limit.name),
  );
  return [...reported, own, ...queueSiteValues(world.cluster, name, takenOf(world)), ...limits];
}

/** Those that were asked for by name or short name, all without any; names of nothing are passed over. */
export function askedValues(values: readonly Offer[], wanted: string): readonly Offer[] {
  const asked = wanted
    .split(",")
    .filter(Boolean)
    .map((name) => complexNamed(name)?.name ?? name);
  return values.filter(
    ({ name, shortcut }) => asked.length === 0 || asked.includes(name) || asked.includes(shortcut ?? name),
  );
}

/** How a value is written; hosts show every number with decimals, queues whole numbers without. */
export function valueText({ name, value, kind = complexNamed(name)?.kind }: Offer, of: "host" | "queue"): string {
  if (typeof value === "string") return value;
  if (kind === "memory") return amountText(value, 3);
  return kind === "integer" && of === "queue" ? String(value) : value.toFixed(6);
}

/** What running jobs take of each pool, its name with its queue's where the queue counts. */
function takenOf(world: InstanceWorld): Taken {
  const taken = new Map<string, number>();
  for (const { job } of runningLines(world))
    for (const { pool, amount } of job.need.draws ?? [])
      for (const each of [pool, queuePool(pool, job.queue)]) taken.set(each, (taken.get(each) ?? 0) + amount);
  return (pool) => taken.get(pool) ?? 0;
}

function leftOnHost(world: InstanceWorld): { readonly slots: number; readonly memory: number } {
  const running = runningLines(world);
  const memory = running.reduce((sum, { job }) => sum + job.need.memory, 0);
  const has = world.cluster.nodes.reduce(
    (sum, node) => ({ cpus: sum.cpus + node.cpus, memory: sum.memory + node.memory }),
    { cpus: 0, memory: 0 },
  );
  // What an administrator says that a host has goes before what it has.
  const said = world.cluster.hostCapacities?.find(({ name }) => name === world.cluster.host)?.values ?? [];
  const capacity = (asked: string): number | undefined => said.find(({ name }) => name === asked)?.amount;
  return {
    slots: Math.max(0, (capacity("slots") ?? has.cpus) - slotsOf(running)),
    memory: Math.max(0, (capacity("h_vmem") ?? has.memory) - memory),
  };
}
