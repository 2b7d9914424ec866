/** Owns the life of one daemon: lock, store, runner, front door; and its end, by order or for want of work. */

import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Config } from "../config/config.ts";
import { configPath } from "../config/file.ts";
import { UnreachableError } from "../model/errors.ts";
import { type Environment, type StatePaths, statePaths } from "../relay/state-directory.ts";
import { type Lock, tryLock } from "../store/lock.ts";
import { openStore } from "../store/store.ts";
import { type Configuration, openConfiguration } from "./configuration.ts";
import type { DaemonOptions } from "./daemon-options.ts";
import { openDoor } from "./doorway.ts";
import { createIdleness } from "./idleness.ts";
import { described, openLocalCluster } from "./local-cluster.ts";
import { openTargetBook } from "./target-book.ts";

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

/** Whoever comes second gets what the first one got. */
function once<A extends readonly unknown[]>(run: (...asked: A) => Promise<void>): (...asked: A) => Promise<void> {
  let running: Promise<void> | undefined;
  return (...asked) => {
    running ??= run(...asked);
    return running;
  };
}
