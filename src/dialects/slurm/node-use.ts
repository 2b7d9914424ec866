/** Owns what of each node is taken, and the state that follows. */

import { type ClusterDescription, type Node, nodeNames, totals } from "../../model/cluster.ts";
import type { Need } from "../../model/need.ts";
import type { Listed } from "../../model/verbs.ts";
import { megabytes } from "./codecs.ts";

/** A node and how much of it is held by what runs. */
export interface NodeUse {
  readonly node: Node;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly gpus: number;
  /** Epoch ms at which something last ran; null where nobody remembers. */
  readonly busyAt: number | null;
}

/** What is taken of each node by the listed elements; those that ended count for when it was last busy. */
export function nodeUses(cluster: ClusterDescription, listed: readonly Listed[], now: number): readonly NodeUse[] {
  const all = totals(cluster);
  return cluster.nodes.map((node) => {
    let use: NodeUse = { node, cpus: 0, memory: 0, gpus: 0, busyAt: null };
    for (const line of listed) {
      // What is at a target takes nothing here, even where machines have the same names.
      if (line.kind !== "element" || line.away || !nodeNames(line.element).includes(node.name)) continue;
      const { endedAt, state } = line.element;
      const busyAt = Math.max(use.busyAt ?? 0, state === "ended" ? (endedAt ?? 0) : now);
      const need = state === "ended" ? nothing : shareOf(line.job.need, nodeNames(line.element).length);
      // A job bigger than the machine is given all of it.
      use = {
        node,
        cpus: Math.min(node.cpus, use.cpus + Math.min(need.cpus, all.cpus)),
        memory: Math.min(node.memory, use.memory + need.memory),
        gpus: Math.min(node.gpus, use.gpus + need.gpus),
        busyAt,
      };
    }
    return use;
  });
}

/** The machine that a node is, or is a part of. */
export function hostOf({ name, target }: Node, { host }: ClusterDescription): string {
  return target === undefined ? host : name;
}

/** Where a node is reached. */
export function addressOf({ address }: Node): string {
  return address ?? "127.0.0.1";
}

/** A job on several nodes takes as much of each. */
function shareOf({ cpus, memory, gpus }: Need, nodes: number): Omit<Need, "nodes" | "wallTime"> {
  return { cpus: Math.ceil(cpus / nodes), memory: Math.ceil(memory / nodes), gpus: Math.ceil(gpus / nodes) };
}

const nothing = { cpus: 0, memory: 0, gpus: 0 };

/** A node's state in words: long, short, and what it is and was made, as `scontrol show node` has them. */
export interface NodeState {
  readonly long: "idle" | "mixed" | "allocated" | "drained" | "draining" | "down" | "down*";
  readonly short: "idle" | "mix" | "alloc" | "drain" | "drng" | "down" | "down*";
  readonly base: "idle" | "mixed" | "allocated" | "down";
  readonly flags: readonly ("drain" | "not_responding")[];
}

/** What its processors say, unless an operator said something else. */
export function nodeState(use: NodeUse): NodeState {
  const busy = busyState(use);
  if (!use.node.mark) return { ...busy, base: busy.long, flags: [] };
  // The star stands for a node that does not answer.
  if (use.node.mark.isSilent) return { long: "down*", short: "down*", base: "down", flags: ["not_responding"] };
  if (use.node.mark.state === "down") return { long: "down", short: "down", base: "down", flags: [] };
  const words =
    use.cpus > 0 ? ({ long: "draining", short: "drng" } as const) : ({ long: "drained", short: "drain" } as const);
  return { ...words, base: busy.long, flags: ["drain"] };
}

/** Allocated when no processor is left, mixed when some are. */
function busyState({ node, cpus }: NodeUse): {
  readonly long: "idle" | "mixed" | "allocated";
  readonly short: "idle" | "mix" | "alloc";
} {
  if (cpus === 0) return { long: "idle", short: "idle" };
  return cpus >= node.cpus ? { long: "allocated", short: "alloc" } : { long: "mixed", short: "mix" };
}

/** Amounts as one text: `cpu=4,mem=8000M,billing=4,gres/gpu=2`; `nodes` null leaves that part out. */
export function trackable(
  { cpus, memory, gpus }: { cpus: number; memory: number; gpus: number },
  how: { readonly nodes: number | null; readonly billing: boolean },
): string {
  const parts = [
    cpus ? `cpu=${cpus}` : "",
    memory ? `mem=${megabytes(wholeMegabytes(memory) * 2 ** 20)}` : "",
    how.nodes === null ? "" : `node=${how.nodes}`,
    how.billing ? `billing=${cpus}` : "",
    gpus ? `gres/gpu=${gpus}` : "",
  ];
  return parts.filter(Boolean).join(",");
}

/** Bytes as whole megabytes. */
export function wholeMegabytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
