/** Owns what qhost shows of a host: its figures, one row each, its resources, queues and jobs. */

import type { Node } from "../../model/cluster.ts";
import type { MachineUse } from "../../model/machine-use.ts";
import { amountText } from "./amounts.ts";
import { architecture } from "./architecture.ts";
import type { HostAsks } from "./host-options.ts";
import type { Line } from "./lines.ts";
import { byQueue } from "./lines.ts";
import { hostMeets, type Offer } from "./offers.ts";
import { isPattern, matches } from "./patterns.ts";
import { prioritiesAmong } from "./priorities.ts";
import { asKept } from "./queue-blocks.ts";
import type { QueueInstance } from "./queue-instance.ts";
import { type InstanceWorld, placesIn, queueInstances, runningLines } from "./queue-instances.ts";
import { askedValues, hostValues } from "./resource-values.ts";

/** One figure of a host: its column, and its name as XML has it. */
export interface HostFigure {
  readonly heading: string;
  readonly xml: string;
  readonly width: number;
  /** About sockets, cores and threads. */
  readonly topology: boolean;
  readonly text: (host: Pick<HostView, "node" | "use">) => string;
}

/** A job that runs there, or a further slot of one. */
export interface HostJob {
  readonly line: Line;
  readonly priority: number;
  readonly role: "MASTER" | "SLAVE";
  /** Not its first slot in that queue. */
  readonly further: boolean;
}

/** One host. */
export interface HostView {
  readonly node: Node;
  /** Null: nobody reaches it. */
  readonly use: MachineUse | null;
  readonly resources: readonly Offer[] | null;
  /** Null: not asked for. */
  readonly queues: readonly QueueInstance[] | null;
  readonly jobs: readonly HostJob[];
}

/** The hosts that were asked for. */
export function hostViews(world: InstanceWorld, asks: HostAsks): readonly HostView[] {
  return placesIn(world).flatMap((place) =>
    place.cluster.nodes
      .filter(({ name }) => !asks.hosts || asks.hosts.some((host) => isHost(host, name)))
      .filter(() => hostMeets(hostValues(place), asks.requests ?? [], place.cluster))
      .map((node) => ({
        ...{ node, use: place.isSilent ? null : place.use },
        resources: asks.resources === undefined ? null : askedValues(hostValues(place), asks.resources),
        queues: asks.queues ? asKept(queueInstances(place), place.cluster) : null,
        jobs: jobsOn(place, node, asks.users ?? (asks.jobs ? ["*"] : [])),
      })),
  );
}

/** Whether a name is this host's. */
export function isHost(asked: string, host: string): boolean {
  return asked === "localhost" || asked.toLowerCase() === host.toLowerCase();
}

/** The figures, in order. Nothing is known of sockets: every host is one. */
export function figures(plain: boolean): readonly HostFigure[] {
  return all.filter(({ topology }) => !(plain && topology));
}

const figure = (
  heading: string,
  shape: readonly [xml: string, width: number],
  text: HostFigure["text"],
): HostFigure => ({
  ...{ heading, text, xml: shape[0], width: shape[1] },
  topology: shape[0].startsWith("m_"),
});
const amount = (bytes: number | undefined): string => (bytes === undefined ? "-" : amountText(bytes, 1));

const all: readonly HostFigure[] = [
  figure("ARCH", ["arch_string", 12], () => architecture("amd64")),
  figure("NCPU", ["num_proc", 4], ({ node }) => String(node.cpus)),
  figure("NSOC", ["m_socket", 4], () => "1"),
  figure("NCOR", ["m_core", 4], ({ node }) => String(node.cpus)),
  figure("NTHR", ["m_thread", 4], ({ node }) => String(node.cpus)),
  figure("LOAD", ["load_avg", 5], ({ use }) => use?.load[1].toFixed(2) ?? "-"),
  figure("MEMTOT", ["mem_total", 7], ({ node }) => (node.memory ? amount(node.memory) : "-")),
  figure("MEMUSE", ["mem_used", 7], ({ use }) => amount(use?.memoryUsed)),
  figure("SWAPTO", ["swap_total", 7], ({ use }) => amount(use?.swapTotal)),
  figure("SWAPUS", ["swap_used", 7], ({ use }) => amount(use?.swapUsed)),
];

function jobsOn(world: InstanceWorld, node: Node, users: readonly string[]): readonly HostJob[] {
  const running = runningLines(world);
  const priorityOf = prioritiesAmong(running);
  return running
    .filter(({ element }) => element?.node === node.name)
    .filter(({ job }) =>
      users.some((user) => (isPattern(user) ? matches(user, job.user.name) : user === job.user.name)),
    )
    .flatMap((line) =>
      byQueue(line).map((part, at) => ({ part, isMaster: at === 0, priority: priorityOf(line).total })),
    )
    .sort((one, other) => byText(one.part.queue, other.part.queue))
    .flatMap(({ part: line, isMaster, priority }) =>
      Array.from({ length: Math.max(1, line.slots) }, (_, slot): HostJob => {
        const role = isMaster && slot === 0 ? "MASTER" : "SLAVE";
        return { line, role, priority, further: slot > 0 };
      }),
    );
}

function byText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
