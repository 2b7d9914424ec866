/** Owns what the daemon gives to plain machines: starts with their files, what they are to be called there, and what comes back. */

import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import type { HostCopy } from "../backends/host-files.ts";
import type { HostFacts, HostPlace } from "../backends/host-link.ts";
import { createHosts, type Hosts } from "../backends/hosts.ts";
import { copiedPaths } from "../forwarding/files.ts";
import type { Start, StartPlan } from "../language/dialect.ts";
import type { ForwardTarget, Whereabouts } from "../model/forwarding.ts";
import { indicesOf } from "../model/indices.ts";
import { launchKey } from "../model/job.ts";
import type { StoredElement } from "../store/element-rows.ts";
import { affinityOn } from "./affinity.ts";
import type { Loop } from "./loop.ts";
import type { Machine } from "./machines.ts";
import type { World } from "./world.ts";

/** How plain machines are reached from here, and what of this installation has another place there. */
export interface HostBook {
  readonly place: (machine: Machine) => HostPlace;
  /** The state directory, and where the commands for jobs are. */
  readonly stateDirectory: string;
  readonly shims: string;
}

export type PlainHosts = Hosts<Machine>;

/** Whatever has to be known that comes into being later. */
export interface HostsAround {
  readonly world: () => World;
  readonly loop: () => Loop;
  /** The description is to be made anew. */
  readonly changed: () => void;
  /** A machine has told everything that it knows. */
  readonly reached: (node: string) => void;
}

export function openHosts(book: HostBook | undefined, around: HostsAround): PlainHosts {
  return createHosts<Machine>({
    events: {
      started: (key, pid, at) => around.loop().tell({ kind: "started", key, pid, at }),
      ended: (ending) => around.loop().tell({ kind: "ended", key: ending.key, ending }),
      failed: (failure) => around.loop().tell({ kind: "failed", key: failure.key, failure }),
      tagged(key, tag) {
        const found = around.world().running.get(key);
        if (found) around.world().watchers.due(found.element, tag);
      },
    },
    optionsOf(machine) {
      if (!book) throw new Error(`nobody reaches ${machine.node} from here`);
      return {
        place: book.place(machine),
        moved: (facts) => movedOf(book, facts),
        copyOf: (key) => (machine.target.files === "copy" ? copyOfKey(around.world(), key) : null),
      };
    },
    nodeOf: (key) => {
      const found = around.world().running.get(key);
      return found?.holding.need.target === undefined ? null : found.element.node;
    },
    ...{ reached: around.reached, changed: around.changed },
    now: () => around.world().clock.now(),
    log: (line) => around.world().log(line),
  });
}

/** What lies here at these places is there in the runner's directory, and in the one of the programs. */
function movedOf({ stateDirectory, shims }: HostBook, { own, build }: HostFacts) {
  return [
    { here: `${shims}/native`, there: build },
    { here: shims, there: build },
    { here: stateDirectory, there: own },
  ];
}

/** Hands a start to the machine that was chosen for it. */
export function startThere(world: World, start: Start, plan: StartPlan): void {
  const { element, job } = start;
  const facts = world.hosts.facts(element.node);
  const target = world.targets().find(({ name }) => name === job.need.target);
  const script = job.script === null ? [] : [{ path: start.scriptPath, text: job.script, mode: 0o700 }];
  // What it submits goes where it runs itself, unless it says otherwise.
  const lead = facts ? [`HEADNODE_HOME=${facts.own}`, `HEADNODE_TARGET=${job.need.target}`] : [];
  const environment = [...plan.launch.environment.filter((entry) => !entry.startsWith("HEADNODE_TARGET=")), ...lead];
  world.hosts.start(element.node, {
    launch: { ...plan.launch, environment, affinity: affinityThere(world, facts, element) },
    fallbackNotice: plan.fallbackNotice,
    makeDirectories: plan.makeDirectories,
    removeDirectories: [...plan.removeDirectories, start.directory],
    writeFiles: [...script, ...plan.writeFiles],
    copy: target?.files === "copy" ? copyOf(start, plan) : null,
  });
}

function affinityThere(
  { description }: World,
  facts: HostFacts | null,
  { node, cpuList }: StoredElement | Start["element"],
): string {
  const slots = description.nodes.find(({ name }) => name === node)?.cpus ?? 0;
  const allowed = (facts?.allowed ?? []).map((cpu) => ({ first: cpu, last: cpu, step: 1 }));
  return affinityOn(indicesOf(allowed), slots)(cpuList);
}

function copyOfKey(world: World, key: string): HostCopy | null {
  const found = world.running.get(key);
  if (!found) return null;
  const start = world.plans.startOf(found.element);
  return copyOf(start, world.plans.planOf(start));
}

/** The directory of the submission, and files for output that lie elsewhere. */
function copyOf({ job, element }: Start, { launch }: StartPlan): HostCopy {
  const { there, back } = copiedPaths(job);
  const outputs = [...new Set([launch.stdout, launch.stderr])].filter(
    (path) => path !== "" && !path.startsWith("/dev/"),
  );
  const isInside = (path: string): boolean => !path.startsWith("/") || path.startsWith(`${job.submitDirectory}/`);
  const elsewhere = outputs.filter((path) => !isInside(path));
  const directories = [...new Set(elsewhere.map((path) => dirname(path)))];
  const inside = outputs.filter(isInside).map((path) => path.replace(`${job.submitDirectory}/`, ""));
  return {
    name: launchKey({ ...element, index: null, restarts: 0 }).split(".")[0] ?? "",
    here: job.submitDirectory,
    sent: there,
    brought: back.length > 0 ? [...back, ...inside] : [],
    others: directories.map((here) => ({
      here,
      files: elsewhere.filter((path) => dirname(path) === here).map((path) => basename(path)),
    })),
  };
}

/** Where a job is of which something runs on a machine that nobody reaches; null: all of it is in sight. */
export function whereaboutsThere(world: World, job: number): Whereabouts | null {
  for (const { element, holding } of world.running.values()) {
    const silence = element.job === job && holding.need.target !== undefined ? world.hosts.silence(element.node) : null;
    if (!silence) continue;
    const known = { mark: "", stage: "sent", native: null, numbering: { kind: "same" }, heldThere: [] } as const;
    const words = `${element.node}: ${silence.why}`;
    return {
      job,
      target: holding.need.target ?? "",
      ...known,
      silentSince: silence.since,
      why: words,
      heardAt: silence.since,
    };
  }
  return null;
}

/** A name for the runner's directory there, which no other state directory and no other node has. */
export function runnerId(
  state: string,
  { node, target }: { readonly node: string; readonly target: ForwardTarget },
): string {
  return createHash("sha256").update(`${state}\n${target.name}\n${node}`).digest("hex").slice(0, 12);
}
