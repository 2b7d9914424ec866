/** Owns the life of one daemon: lock, store, runner, front door; and its end, by order or for want of work. */

import { existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ConnectBackend } from "../backends/backend.ts";
import { describeCluster } from "../config/cluster.ts";
import type { Config } from "../config/config.ts";
import { configPath } from "../config/file.ts";
import type { Command } from "../language/command.ts";
import type { Dialect } from "../language/dialect.ts";
import { systemClock } from "../model/clock.ts";
import { type ClusterDescription, totals } from "../model/cluster.ts";
import { RefusedError, UnreachableError } from "../model/errors.ts";
import type { DialectName } from "../model/job.ts";
import { packageVersion } from "../relay/facts.ts";
import { type Environment, type StatePaths, statePaths } from "../relay/state-directory.ts";
import { checkBackup, type Restored, restore } from "../store/backup.ts";
import { type Lock, tryLock } from "../store/lock.ts";
import { openStore, type Store } from "../store/store.ts";
import { type Affinity, affinityOn, allowedCpus } from "./affinity.ts";
import type { TargetBook } from "./away.ts";
import { type Cluster, openCluster } from "./cluster.ts";
import { type Configuration, openConfiguration } from "./configuration.ts";
import { destined } from "./destination.ts";
import { type FrontDoor, openFrontDoor } from "./front-door.ts";
import { hostBook } from "./host-book.ts";
import { createIdleness } from "./idleness.ts";
import { machineGauge } from "./machine-use.ts";
import { createOutfit } from "./outfit.ts";
import { ownCommands } from "./own-commands.ts";
import { createPostOffice, type PostOffice } from "./post-office.ts";
import { createSpareDirectories } from "./spare-directories.ts";
import { openTargetBook } from "./target-book.ts";
import { targetCommand } from "./target-command.ts";
import { systemTimers } from "./timers.ts";
import { traceCommand } from "./trace-command.ts";
import { createUsers } from "./users.ts";

export interface DaemonOptions {
  readonly directory: string;
  readonly env: Environment;
  readonly pid: number;
  /** Everything that can be called, besides the daemon's own commands. */
  readonly commands: readonly Command[];
  /** The families that jobs can be of. */
  readonly dialects: readonly Dialect[];
  /** What runs the jobs. */
  readonly connect: (paths: StatePaths, config: Config) => ConnectBackend;
  readonly machine: {
    readonly arch: string;
    readonly hostName: string;
    readonly cpus: number;
    /** Bytes. */
    readonly memory: number;
    readonly gpus: number;
  };
  readonly log: (line: string) => void;
  /** Commands are answered from now on, by this daemon or by one that was faster. */
  readonly ready: () => void;
  readonly exit: (code: number) => void;
  /** Takes what is to be done when the process is told to end. */
  readonly onTerminate: (retire: () => void) => void;
  /** Takes what is to be done when the process is told to read its config again. */
  readonly onReload?: (reload: () => void) => void;
}

/** Runs a daemon until it is told to go or has had nothing to do for a while. Throws where it can't begin. */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const paths = statePaths(options.directory, options.env);
  const lock = await lockOrFindOther(paths);
  if (!lock) {
    options.ready();
    return options.exit(0);
  }
  const configuration = configurationOf(options, lock);
  // A store that went away is of no more use to this daemon; the next one opens what is there then.
  const store = openStore(paths.store, () => void setImmediate(() => retireOnce(0)));
  const targets = openTargetBook({ store, paths, env: options.env, config: configuration.current });
  const cluster = await openLocalCluster({ options, paths, configuration, targets }, store);
  configuration.onChange((config) => cluster.redescribe(described(config, options)));
  const idleness = createIdleness(() => idleSeconds(options.env, configuration.current()) * 1000);
  const retire = async (asking: number, last?: () => void): Promise<void> => {
    idleness.stop();
    await door.shut(asking, patienceMs);
    await cluster.close();
    store.close();
    try {
      last?.();
    } finally {
      lock.release();
      void door.emptied().then(() => options.exit(0));
    }
  };
  const retireOnce = once(retire);
  const door = await openDoor({
    ...{ options, paths, cluster, configuration, store, targets },
    retire: retireOnce,
    moved: idleness.touch,
  });
  idleness.watch(
    () => door.count() === 0 && cluster.idle(),
    () => retireOnce(0),
  );
  options.onTerminate(() => void retireOnce(0));
  options.onReload?.(configuration.refresh);
  options.log(`ready: ${paths.directory}, ${cluster.counts().backend} runner, process ${options.pid}`);
  options.ready();
}

/** Seconds without anything to do after which a daemon ends itself. */
const usualIdleSeconds = 600;
/** How long answers on their way may take once the daemon is told to go; what waits for a job longer is cut off. */
const patienceMs = 5_000;
/** How long another daemon, which has the lock, may take to answer or to go. */
const otherMs = 30_000;

/** The lock, or null when another daemon has it and answers. */
async function lockOrFindOther(paths: StatePaths): Promise<Lock | null> {
  for (const until = Date.now() + otherMs; Date.now() < until; await pause(20)) {
    const lock = tryLock(join(paths.directory, "lock.db"));
    if (lock) return lock;
    if (await answers(paths.socket)) return null;
  }
  throw new UnreachableError(`another daemon has ${paths.directory} but does not answer; see ${paths.daemonLog}`);
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    const settle = (answered: boolean): void => {
      connection.destroy();
      resolve(answered);
    };
    connection.once("connect", () => settle(true));
    connection.once("error", () => settle(false));
  });
}

/** A config that can't be read lets no daemon begin; another try can. */
function configurationOf({ env, log }: DaemonOptions, lock: Lock): Configuration {
  try {
    return openConfiguration(configPath(env), log);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function idleSeconds(env: Environment, { daemon }: Config): number {
  const seconds = env.HEADNODE_IDLE ? Number(env.HEADNODE_IDLE) : (daemon.idle ?? usualIdleSeconds);
  return Number.isFinite(seconds) ? seconds : 0;
}

function described(config: Config, { machine }: DaemonOptions): ClusterDescription {
  const { cpus, memory, gpus } = machine;
  return describeCluster(config, { host: shortName(machine.hostName), cpus, memory, gpus });
}

interface Place {
  readonly options: DaemonOptions;
  readonly paths: StatePaths;
  readonly configuration: Configuration;
}

interface LocalPlace extends Place {
  readonly targets: TargetBook;
}

function openLocalCluster({ options, paths, configuration, targets }: LocalPlace, store: Store): Promise<Cluster> {
  const { machine, env, log } = options;
  mkdirSync(paths.jobs, { recursive: true, mode: 0o700 });
  const native = env.HEADNODE_NATIVE !== "0";
  const shims = remembered((dialect: DialectName) => shimDirectory(dialect, native));
  return openCluster({
    ...{ store, log, machine },
    clock: systemClock,
    timers: systemTimers,
    machineUse: machineGauge(),
    connect: options.connect(paths, configuration.current()),
    dialects: options.dialects,
    description: described(configuration.current(), options),
    jobsDirectory: paths.jobs,
    spares: createSpareDirectories(join(paths.directory, "spares")),
    affinity: affinityUnder(configuration, machine.cpus),
    shims,
    shimsInstalled: remembered((dialect) => isInstalled(shims(dialect))),
    targets,
    hosts: hostBook({ paths, env, store, config: configuration.current }),
    post: openPostOffice({ options, paths, configuration }).send,
    outfit: createOutfit({
      ...{ shims: fileURLToPath(new URL("../../shims", import.meta.url)), native },
      scratch: join(paths.directory, "scratch"),
      config: configuration.current,
    }),
  });
}

function openPostOffice({ options, paths, configuration }: Place): PostOffice {
  const { env, log } = options;
  return createPostOffice({
    ...{ log, path: env.PATH ?? "", outbox: join(paths.directory, "mail") },
    from: `headnode@${shortName(options.machine.hostName)}`,
    posting: () => {
      const { to, desktop } = configuration.current().mail;
      return { to: to ?? null, desktop: desktop ?? false };
    },
  });
}

/** Binds to the processors that this process may use; worked out anew when the config changes. */
function affinityUnder(configuration: Configuration, cpus: number): Affinity {
  const allowed = allowedCpus();
  const under = (config: Config): Affinity => affinityOn(allowed, usedCpus(config, cpus));
  let affinity = under(configuration.current());
  configuration.onChange((config) => {
    affinity = under(config);
  });
  return (cpuList) => affinity(cpuList);
}

/** Processors that the scheduler counts with; virtual nodes may have more than the machine. */
function usedCpus(config: Config, cpus: number): number {
  return totals(describeCluster(config, { host: "", cpus, memory: 0, gpus: 0 })).cpus;
}

/** A node is called by its name alone, without the domain. */
function shortName(hostName: string): string {
  return hostName.split(".", 1)[0] || "localhost";
}

/** Every start asks for it, and it stays as it is while the daemon lives. */
function remembered<V>(find: (dialect: DialectName) => V): (dialect: DialectName) => V {
  const found = new Map<DialectName, V>();
  return (dialect) => {
    const value = found.get(dialect) ?? find(dialect);
    found.set(dialect, value);
    return value;
  };
}

/** Seen from dist as from src, shims are in the package's root. */
function shimDirectory(dialect: DialectName, native: boolean): string {
  const places = native ? [`../../shims/native/${dialect}`, `../../shims/${dialect}`] : [`../../shims/${dialect}`];
  return places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((place) => existsSync(place)) ?? "";
}

/** Whether the commands of that directory are what lies under their names where every login shell looks. */
function isInstalled(directory: string): boolean {
  if (directory === "") return false;
  return readdirSync(directory).every((name) => {
    const first = ["/usr/local/bin", "/usr/bin"].map((place) => `${place}/${name}`).find((path) => existsSync(path));
    return first !== undefined && realpathSync(first) === realpathSync(`${directory}/${name}`);
  });
}

interface Doorway {
  readonly configuration: Configuration;
  readonly options: DaemonOptions;
  readonly paths: StatePaths;
  readonly cluster: Cluster;
  readonly targets: TargetBook;
  readonly store: Store;
  readonly retire: (asking: number, last?: () => void) => Promise<void>;
  readonly moved: () => void;
}

function openDoor(doorway: Doorway): Promise<FrontDoor> {
  const { options, paths, cluster, configuration, store, targets, retire, moved } = doorway;
  const version = packageVersion();
  const own = ownCommands({
    ...{ pid: options.pid, version, retire: () => retire(1), storeSize: store.size, backUp: store.backUp },
    stateDirectory: paths.directory,
    startedAt: systemClock.now(),
    counts: cluster.counts,
    reload() {
      configuration.refresh();
      return configuration.trouble();
    },
    async restore(path) {
      checkBackup(path);
      const replaced: Restored[] = [];
      const put = () => replaced.push(restore({ from: path, to: paths.store, now: systemClock.now() }));
      await retire(1, put);
      const [restored] = replaced;
      if (!restored) throw new RefusedError("the daemon was told to end at the same time; try again");
      return restored;
    },
  });
  const notice = () => {
    configuration.refresh();
    return configuration.trouble().map((line) => `${line}; what held before goes on`);
  };
  const house = {
    ...{
      commands: [...options.commands, ...own, targetCommand(targets, cluster, store), traceCommand(store)],
      build: version,
      verbs: cluster.verbs,
      log: options.log,
    },
    ...{
      clock: systemClock,
      users: createUsers(options.env.HEADNODE_USER_HOME),
      machineUse: machineGauge(),
      notice,
      able: store.present,
      memoryGroup: cluster.memoryGroup,
    },
    verbsFor: (variable: (name: string) => string | undefined) => destined(cluster.verbs, variable, targets),
  };
  return openFrontDoor(paths.socket, house, moved);
}

/** Whoever comes second gets what the first one got. */
function once<A extends readonly unknown[]>(run: (...asked: A) => Promise<void>): (...asked: A) => Promise<void> {
  let running: Promise<void> | undefined;
  return (...asked) => {
    running ??= run(...asked);
    return running;
  };
}
