/** Owns which plain machines there are, and what each is as a node of the cluster. */

import type { Silence } from "../backends/host.ts";
import type { HostFacts } from "../backends/host-link.ts";
import type { HostWish } from "../backends/hosts.ts";
import type { ClusterDescription, Node } from "../model/cluster.ts";
import { type ForwardTarget, parseOver } from "../model/forwarding.ts";

/** A machine of a target. */
export interface Machine extends HostWish {
  readonly target: ForwardTarget;
  /** How it is reached, as a target's `over` says it. */
  readonly over: string;
  /** A machine to go through, `user@host:port`; null: it is reached directly. */
  readonly gate: string | null;
  /** Processors for jobs; 0: all that it has. */
  readonly slots: number;
}

/** A machine, what it turned out to be, and since when nobody reaches it. */
export interface MachineState extends Machine {
  readonly facts: HostFacts | null;
  readonly silence: Silence | null;
}

/** A machine in a line, for a person. */
export function machineLine({ node, slots, facts, silence }: MachineState): string {
  if (silence) return `${node}: ${silence.why}\n`;
  const kind = facts?.kind === "node" ? "Node" : "compiled";
  const memory = `${((facts?.memory ?? 0) / 2 ** 30).toFixed(1)} GB of memory`;
  return `${node}: ${slots || facts?.allowed.length} processors, ${memory}, ${kind} runner in ${facts?.own}\n`;
}

/** The machines of all targets. No two nodes have the same name, nor that of a node here. */
export function machinesOf(targets: readonly ForwardTarget[], here: ClusterDescription): readonly Machine[] {
  const taken = new Set([here.host, ...here.nodes.map(({ name }) => name)]);
  return targets
    .filter(({ kind }) => kind === "hosts")
    .flatMap((target) => named(target).map((said) => ({ target, ...said })))
    .map(({ target, name, ...rest }) => {
      const node = taken.has(name) ? `${target.name}-${name}` : name;
      taken.add(node);
      return { node, target, ...rest, words: JSON.stringify({ target, ...rest }) };
    });
}

interface Named extends Pick<Machine, "over" | "gate" | "slots"> {
  readonly name: string;
}

/** Where no machine is named, the one that `over` leads to is meant; else that one is gone through. */
function named({ name, over, hosts }: ForwardTarget): readonly Named[] {
  const { host, port } = parseOver(over);
  if (hosts.length === 0) return [{ name: over === "here" ? name : shortName(host), over, gate: null, slots: 0 }];
  return hosts.map((one) => {
    const slots = one.slots;
    if (over === "here") return { name: shortName(one.name), over, gate: null, slots };
    if (host === "") return { name: shortName(one.name), over: `ssh:${one.name}`, gate: null, slots };
    if (withoutUser(one.name) === withoutUser(host)) return { name: shortName(one.name), over, gate: null, slots };
    const gate = port === null ? host : `${host}:${port}`;
    return { name: shortName(one.name), over: `ssh:${one.name}`, gate, slots };
  });
}

function withoutUser(host: string): string {
  return host.slice(host.indexOf("@") + 1);
}

function shortName(host: string): string {
  const plain = withoutUser(host);
  return /^[0-9.]+$|[:[]/.test(plain) ? plain : (plain.split(".", 1)[0] ?? plain);
}

/** What a machine is as a node: what was found there, or what is said of it. */
export function nodeOfMachine({ node, target, over, slots }: Machine, facts: HostFacts | null): Node {
  const cpus = slots || facts?.allowed.length || 1;
  const address = over === "here" ? "127.0.0.1" : withoutUser(parseOver(over).host);
  return { name: node, cpus, memory: facts?.memory ?? 0, gpus: 0, target: target.name, address };
}

/** The cluster in which nodes that nobody reaches start nothing. */
export function withSilence(
  cluster: ClusterDescription,
  silenceOf: (node: string) => Silence | null,
): ClusterDescription {
  const nodes = cluster.nodes.map((node): Node => {
    const silence = node.target === undefined || node.mark ? null : silenceOf(node.name);
    if (!silence) return node;
    const mark = {
      state: "down",
      reason: `no answer: ${silence.why}`,
      by: root,
      at: silence.since,
      isSilent: true,
    } as const;
    return { ...node, mark };
  });
  return { ...cluster, nodes };
}

const root = { name: "root", uid: 0 };
