/** Owns one open cluster: a store, a backend and the loop between them, with the verbs as its face. */

import type { Backend, BackendEvents, ConnectBackend } from "../backends/backend.ts";
import type { Forwarding } from "../forwarding/forwarding.ts";
import type { Dialect, Start } from "../language/dialect.ts";
import type { Letter } from "../language/mail.ts";
import type { Clock } from "../model/clock.ts";
import type { ClusterDescription } from "../model/cluster.ts";
import type { DialectName, Submission } from "../model/job.ts";
import { idleMachine, type MachineUse } from "../model/machine-use.ts";
import type { Policy } from "../model/scheduling.ts";
import type { Verbs } from "../model/verbs.ts";
import type { Store } from "../store/store.ts";
import type { Engine } from "../verbs/engine.ts";
import type { Means } from "../verbs/means.ts";
import { createVerbs } from "../verbs/verbs.ts";
import type { Affinity } from "./affinity.ts";
import { createAhead } from "./ahead.ts";
import { type Around, forwardingOf, noTargets, type TargetBook } from "./away.ts";
import { createDesk } from "./desk.ts";
import { createEngine } from "./engine.ts";
import { createErrands } from "./errands.ts";
import { createFleet } from "./fleet.ts";
import { adopt } from "./following.ts";
import { createLoadWatch } from "./load-watch.ts";
import { createLoop, type Loop } from "./loop.ts";
import type { MachineState } from "./machines.ts";
import { createMail } from "./mail.ts";
import { createNotes } from "./notes.ts";
import { type Outfit, plainOutfit } from "./outfit.ts";
import { type HostBook, openHosts, type PlainHosts } from "./plain-hosts.ts";
import { createPlans } from "./plans.ts";
import { createQueue } from "./queue.ts";
import { reconcile, reconcileHost, type Teller } from "./reconcile.ts";
import { createRunning } from "./running.ts";
import { settle, settleInTime } from "./settling.ts";
import { noSpareDirectories, type SpareDirectories } from "./spare-directories.ts";
import type { Timers } from "./timers.ts";
import { createWatchers } from "./watchers.ts";
import type { World } from "./world.ts";

export interface ClusterOptions {
  readonly store: Store;
  readonly connect: ConnectBackend;
  /** The families that jobs can be of. */
  readonly dialects: readonly Dialect[];
  readonly description: ClusterDescription;
  /** Directory of the jobs' own files. */
  readonly jobsDirectory: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly machine: Start["machine"];
  /** Directory of a dialect's commands that its jobs find first; empty to leave their PATH alone. */
  readonly shims?: (dialect: DialectName) => string;
  /** Whether login shells find these commands by themselves; left out: they don't. */
  readonly shimsInstalled?: (dialect: DialectName) => boolean;
  /** Which processors jobs are bound to; left out: those with the scheduler's numbers. */
  readonly affinity?: Affinity;
  /** Asked at each turn what becomes of the usual one; left out: it stays. */
  readonly policy?: (usual: Policy) => Policy;
  /** What is added to each start; left out: nothing. */
  readonly outfit?: Outfit;
  /** What the machine is like; left out: at rest. */
  readonly machineUse?: () => MachineUse;
  readonly log?: (line: string) => void;
  /** Where directories of starts come from and go to; left out: they are made and removed. */
  readonly spares?: SpareDirectories;
  /** Takes the mails that jobs ask for; left out, none are sent. */
  readonly post?: (letter: Letter) => void;
  /** Left out: there are none. */
  readonly targets?: TargetBook;
  /** How plain machines are reached; left out: there are none. */
  readonly hosts?: HostBook;
}

/** Numbers for a status line. */
export interface Counts {
  readonly waiting: number;
  readonly running: number;
  readonly backend: string;
  /** Who holds memory to limits. */
  readonly memory: string;
}

export interface Cluster {
  readonly verbs: Verbs;
  /** Jobs that are handed to targets. */
  readonly forwarding: Forwarding;
  counts(): Counts;
  /** The path of a control group for something of that name; empty where memory is only watched. */
  memoryGroup(name: string): string;
  /** What has happened is in the store when this returns. */
  heed(): void;
  /** Nothing runs and no time is known at which something is to happen. */
  idle(): boolean;
  /** Resolves when there is nothing left to do at this moment. */
  settled(): Promise<void>;
  /** The cluster is described anew: what waits is looked at again, what runs goes on as it is. */
  redescribe(description: ClusterDescription): void;
  /** Plain machines, and how they stand. */
  machines(): readonly MachineState[];
  /** How busy those are that are reached, by node. */
  machineUses(): Readonly<Record<string, MachineUse>>;
  /** How many jobs are for the machines of a target and not over. */
  jobsOn(target: string): number;
  /** Targets may be others. */
  retarget(): void;
  /** Stops deciding, hands over what is decided, and lets go of the backend; jobs go on. The store stays open. */
  close(): Promise<void>;
}

/** As many as a busy site has in one pass; enough that backfill finds what fits. */
const usualPolicy = { backfill: true, depth: 1000 };

// Whoever described a cluster strictly is told when something can't run on it; on a machine as it is everything runs.
function policyOf({ strict }: ClusterDescription): Policy {
  return { ...usualPolicy, oversized: strict ? "waits" : "runs" };
}

/** Opens the cluster: reads the store, reaches the backend, sets right what happened meanwhile, and starts the loop. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const link = { backend: unreached, closed: false, described: options.description, description: options.description };
  const hosts = openHosts(options.hosts, {
    ...{ world: () => world, loop: () => loop, changed: () => describe() },
    reached: (node) => reconcileHost(world, node, teller()),
  });
  const { store, targets = noTargets, hosts: book } = options;
  const fleet = createFleet({ store, targets, hosts, book });
  const world: World = createWorld(options, link, { hosts, around: () => ({ world, wake: () => loop.wake() }) });
  const loop = createLoop(world, options.timers);
  const teller = (): Teller => ({ untold: new Set([...loop.untold(), ...hosts.untold()]), tell: loop.tell });
  link.description = fleet.described(link.described);
  world.queue.load();
  world.running.load();
  const describe = (): void => {
    link.description = fleet.described(link.described);
    // What waits is measured by its queue's limits.
    world.queue.load();
    loop.wake();
  };
  const reach = async (): Promise<void> => {
    link.backend = await world.desk.beside(options.connect)(eventsFor(world, loop, lost));
    reconcile(world, teller());
    loop.wake();
  };
  const lost = (): void => {
    if (link.closed) return;
    world.log("the backend was lost; it is being reached again");
    link.backend = unreached;
    world.ahead.forget();
    world.errands.add(() => insist(world, options.timers, { reach, given: () => link.closed }));
  };
  await reach();
  for (const { element } of world.running.values()) world.mail.planTimes(element);
  const verbs = createVerbs(meansOf(world, createEngine(world, loop, { describe, timers: options.timers })));
  world.loadWatch.begin(verbs, loop.wake);
  loop.begin();
  world.forwarding.begin();
  const remuster = (description: ClusterDescription): void => {
    fleet.muster(description);
    describe();
  };
  if (fleet.muster(link.described)) describe();
  return {
    verbs: noting(verbs, world.log),
    forwarding: world.forwarding,
    counts: () => countsOf(world, link.backend),
    memoryGroup: (name) => link.backend.memoryGroup?.(name) ?? "",
    ...{ heed: loop.catchUp, idle: () => !loop.isDue() && isIdle(world) },
    settled: () => settleAll(world, loop),
    redescribe(description) {
      link.described = description;
      remuster(description);
      world.forwarding.begin();
    },
    machines: () => fleet.states(link.described),
    machineUses: world.hosts.uses,
    jobsOn: (target) => jobsOn(world, target),
    retarget: () => remuster(link.described),
    async close() {
      loop.stop();
      world.loadWatch.stop();
      world.mail.stop();
      link.closed = true;
      await world.forwarding.stop();
      await settleInTime(world, loop, options.timers);
      link.backend.close();
      await hosts.close();
    },
  };
}

async function settleAll(world: World, loop: Loop): Promise<void> {
  do {
    await settle(world, loop);
    await world.forwarding.settled();
  } while (loop.isDue());
}

function jobsOn({ queue, running }: World, target: string): number {
  const waiting = queue.all().filter(({ need }) => need.target === target);
  const started = [...running.values()].filter(({ holding }) => holding.need.target === target);
  return new Set([...waiting.map(({ id }) => id), ...started.map(({ element }) => element.job)]).size;
}

function countsOf({ queue, running }: World, { kind, memory = "by nobody" }: Backend): Counts {
  return { waiting: queue.waitingCount(), running: running.count(), backend: kind, memory };
}

/** What is different here from what a job asked for is said in the log, too. */
function noting(verbs: Verbs, log: World["log"]): Verbs {
  const { submit } = verbs;
  // The description is asked for each time; a copy would keep the first one.
  return Object.assign(verbs, {
    async submit(submission: Submission, caller?: "stays" | "goes") {
      const job = await submit(submission, caller);
      for (const note of job.notes) log(`job ${job.id}: ${note}`);
      return job;
    },
  });
}

interface Link {
  readonly backend: Backend;
  readonly description: ClusterDescription;
}

function meansOf(world: World, engine: Engine): Means {
  const { store, clock } = world;
  return {
    ...{ store, clock, engine },
    get description() {
      return world.description;
    },
  };
}

interface Company {
  readonly hosts: PlainHosts;
  readonly around: () => Around;
}

function createWorld(options: ClusterOptions, link: Link, { hosts, around }: Company): World {
  const { store, clock } = options;
  const description = () => link.description;
  const log = options.log ?? (() => undefined);
  const outfit = options.outfit ?? plainOutfit;
  const queue = createQueue(store, clock, description);
  const running = createRunning(store, description);
  return {
    ...{ store, clock, log, queue, running, ahead: createAhead() },
    get description() {
      return description();
    },
    loadWatch: createLoadWatch({ machineUse: () => idleMachine, ...options, queue, running, description }),
    hosts,
    targets: () => options.targets?.all() ?? [],
    backend: () => hosts.beside(link.backend),
    affinity: options.affinity ?? ((cpuList) => cpuList),
    get policy() {
      const usual = policyOf(description());
      return options.policy?.(usual) ?? usual;
    },
    outfit,
    notes: createNotes({ store, clock }, log),
    plans: createPlans({ ...options, outfit, description, ...shimsOf(options) }),
    errands: createErrands(log),
    chores: createErrands(log),
    spares: options.spares ?? noSpareDirectories,
    desk: createDesk(clock, options.timers),
    mail: createMail({
      ...{ store, running, dialects: options.dialects, timers: options.timers, now: () => clock.now() },
      host: options.machine.hostName.split(".", 1)[0] ?? "",
      isOver: (job) => queue.get(job) === null,
      send: options.post ?? (() => undefined),
    }),
    forwarding: forwardingOf({ store, clock }, options.targets ?? noTargets, around),
    launching: new Set(),
    watchers: createWatchers(),
  };
}

function eventsFor(world: World, loop: Loop, lost: () => void): BackendEvents {
  return {
    started: (key, pid, at) => loop.tell({ kind: "started", key, pid, at }),
    ended: (ending) => loop.tell({ kind: "ended", key: ending.key, ending }),
    tagged(key, tag) {
      const found = world.running.get(key);
      if (found) world.watchers.due(found.element, tag);
    },
    followed: (key, after, note) => adopt(world, { key, after, note }),
    failed: (failure) => loop.tell({ kind: "failed", key: failure.key, failure }),
    lost,
  };
}

/** Stands in while there is none: what is launched now is launched again when the backend is reached. */
const unreached: Backend = {
  launch: () => undefined,
  schedule: () => undefined,
  usage: () => Promise.resolve(new Map()),
  acknowledge: () => undefined,
  close: () => undefined,
  running: new Map(),
  kind: "none",
};

/** Milliseconds between tries to reach a backend that was lost. */
const againMs = 1_000;

/** Everything that is asked for meanwhile waits its turn behind this errand. */
async function insist(
  world: World,
  timers: Timers,
  { reach, given }: { readonly reach: () => Promise<void>; readonly given: () => boolean },
): Promise<void> {
  // Once the daemon goes, what is in the store is for the next one to hand over.
  while (!given()) {
    try {
      await reach();
      return;
    } catch (error) {
      world.log(`the backend can't be reached: ${error instanceof Error ? error.message : String(error)}`);
      await new Promise<void>((resolve) => void timers.after(againMs, resolve));
    }
  }
}

/** Nothing is on its way, nothing runs, and no time is known. */
function isIdle({ errands, chores, running, queue, forwarding, loadWatch }: World): boolean {
  const isOnItsWay = errands.count() + chores.count() > 0 || !forwarding.idle() || loadWatch.isNeeded();
  return !isOnItsWay && running.count() === 0 && !Number.isFinite(queue.nextLook());
}

function shimsOf({ shims = () => "", shimsInstalled = () => false }: ClusterOptions) {
  return { shims, shimsInstalled };
}
