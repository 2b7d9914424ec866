/** Owns the queues of the host as they are at one moment: slots taken, load, state. */

import { type ClusterDescription, placesOf } from "../../model/cluster.ts";
import { idleMachine, type MachineUse, machineAt } from "../../model/machine-use.ts";
import { conditionOf } from "../../model/queues.ts";
import type { Listed } from "../../model/verbs.ts";
import { architecture } from "./architecture.ts";
import { byQueue, type Line, linesOf } from "./lines.ts";
import { instancesShown } from "./queue-blocks.ts";
import type { QueueInstance } from "./queue-instance.ts";
import { alarmLetters, type Moment } from "./thresholds.ts";

/** What instances are made from. */
export interface InstanceWorld {
  readonly listed: readonly Listed[];
  readonly cluster: ClusterDescription;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly use: MachineUse;
}

/** All queues of all hosts, by name, this machine's first. */
export function queueInstances(world: InstanceWorld): readonly QueueInstance[] {
  const byName = (one: QueueInstance, other: QueueInstance): number =>
    one.name === other.name ? 0 : one.name < other.name ? -1 : 1;
  return placesIn(world).flatMap(instancesAt).sort(byName);
}

/** The world host by host: this machine, and each plain machine as if it were all there is. */
export function placesIn<W extends InstanceWorld>(world: W): readonly (W & { readonly isSilent?: true })[] {
  const places = placesOf(world.cluster);
  if (places.length === 1 && places[0] === world.cluster) return [world];
  return places.map((cluster) => {
    const [node] = cluster.nodes;
    const isAt = (one: Listed): boolean => {
      if (one.kind !== "element") return true;
      return one.job.need.target === undefined ? node?.target === undefined : one.element.node === node?.name;
    };
    const use = node ? machineAt(world.use, node) : world.use;
    const known = use === null ? { use: idleMachine, isSilent: true as const } : { use };
    return { ...world, cluster, listed: world.listed.filter(isAt), ...known };
  });
}

function instancesAt(world: InstanceWorld & { readonly isSilent?: true }): readonly QueueInstance[] {
  const { cluster, listed, use, isSilent } = world;
  const running = runningLines(world).flatMap(byQueue);
  return instancesShown(cluster, listed).map(({ name, slots }) => ({
    ...{ name, slots },
    host: cluster.host,
    used: slotsOf(running.filter(({ job }) => job.queue === name)),
    load: isSilent ? null : use.load[1],
    architecture: architecture("amd64"),
    states: `${queueStates(world, name)}${isSilent ? "au" : ""}`,
    ...(cluster.nodes[0]?.target === undefined ? {} : { isMachine: true as const }),
  }));
}

/** Everything that runs here. */
export function runningLines(world: InstanceWorld): readonly Line[] {
  const here = world.listed.filter((one) => one.kind === "element" && one.element.state !== "ended" && !one.away);
  return linesOf({ ...world, listed: here });
}

/** Queues of other clusters that jobs from here run in, as far as they do; of one that is silent the state is unknown. */
export function queuesAway(lines: readonly Line[]): readonly QueueInstance[] {
  const names = [...new Set(lines.filter(isAwayLine).map(({ queue }) => queue))].sort();
  return names.map((queue) => {
    const own = lines.filter((line) => isAwayLine(line) && line.queue === queue);
    const [name = "", host = ""] = queue.split("@");
    const slots = slotsOf(own);
    const states = own.some(({ silent }) => silent !== null) ? "u" : "";
    return { name, host, slots, used: slots, load: 0, architecture: architecture("amd64"), states, isAway: true };
  });
}

function isAwayLine({ isAway, element }: Line): boolean {
  return isAway && element !== null && element.state !== "ended";
}

/** Slots of lines, added up. */
export function slotsOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { slots }) => sum + slots, 0);
}

/** The letters of a queue; whatever else than load keeps it from starting jobs is what qmod -d does. */
export function queueStates(moment: Moment, name: string): string {
  const { state, suspended } = conditionOf(moment.cluster, name);
  return `${alarmLetters(name, moment)}${state === "up" ? "" : "d"}${suspended ? "s" : ""}`;
}
