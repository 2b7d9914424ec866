/** Owns clusters described as the recorded ones were, with real sockets, runner and processes, and chosen job ids. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Database from "better-sqlite3";
import { execa } from "execa";
import { connectProcesses } from "../../src/backends/processes.ts";
import { commands, dialects } from "../../src/commands/index.ts";
import { affinityOn, allowedCpus } from "../../src/daemon/affinity.ts";
import { openCluster } from "../../src/daemon/cluster.ts";
import { openFrontDoor } from "../../src/daemon/front-door.ts";
import { systemTimers } from "../../src/daemon/timers.ts";
import { createUsers, type Users } from "../../src/daemon/users.ts";
import { systemClock } from "../../src/model/clock.ts";
import type { ClusterDescription } from "../../src/model/cluster.ts";
import type { User } from "../../src/model/job.ts";
import { packageVersion } from "../../src/relay/facts.ts";
import { prepareStateDirectory } from "../../src/relay/state-directory.ts";
import { openStore } from "../../src/store/store.ts";
import { described as sgeDescription } from "../sge/world.ts";
import { described as slurmDescription } from "../slurm/described.ts";

export type Family = "slurm" | "sge";

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly exit: string;
}

export interface Replica {
  readonly home: string;
  readonly work: string;
  readonly state: string;
  /** Runs a line of shell; null is the work directory. */
  run(line: string, stdin: string, directory: string | null): Promise<Ran>;
  /** The next submission gets this id, unless it is taken. */
  nextId(id: number): void;
  running(): number;
  settled(): Promise<void>;
  close(): Promise<void>;
}

const root = resolve(import.meta.dirname, "../..");
const commandSeconds = 20;

/** A cluster for one golden file; its work directory is `place` in the home directory. */
export async function openReplica(family: Family, place: string): Promise<Replica> {
  const base = mkdtempSync(join(tmpdir(), "hn-c-"));
  const [home, state] = [join(base, "home"), join(base, "state")];
  const work = join(home, place);
  mkdirSync(work, { recursive: true });
  const env = environmentOf(family, home, state);
  const daemon = await openDaemon(family, env, home);
  const counter = new Database(daemon.storePath);
  const setNext = counter.prepare("UPDATE counters SET next = ? WHERE name = 'job' AND next < ?");
  const run: Replica["run"] = (line, stdin, directory) => shell(line, { stdin, env, cwd: directory ?? work });
  return {
    ...{ home, work, state, run },
    nextId: (id) => void setNext.run(id, id),
    running: daemon.running,
    settled: daemon.settled,
    async close() {
      await run("scancel -u ada; scancel -u alice; qdel -u alice; qdel -u ada", "", null);
      for (let turn = 0; turn < 40 && daemon.running() > 0; turn++) await pause(100);
      counter.close();
      await daemon.close();
      rmSync(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

function environmentOf(family: Family, home: string, state: string): Record<string, string> {
  const shims = ["slurm", "sge"].map((name) => join(root, "shims/native", name));
  const user = family === "slurm" ? "ada" : "alice";
  return {
    ...{ HEADNODE_HOME: state, HEADNODE_CPUS: "4", HOME: home, USER: user, LOGNAME: user, SHELL: "/bin/bash" },
    ...{ LANG: "C.UTF-8", TZ: "UTC", PATH: [...shims, "/usr/bin", "/bin"].join(":") },
    ...(family === "sge" ? { TERM: "xterm", MAIL: join(home, "mail") } : {}),
  };
}

async function shell(line: string, at: { stdin: string; env: Record<string, string>; cwd: string }): Promise<Ran> {
  const { stdin, ...where } = at;
  const { stdout, stderr, exitCode, timedOut } = await execa("bash", ["-c", `umask 022; unset OLDPWD; ${line}`], {
    ...where,
    ...{ extendEnv: false, reject: false, input: stdin, stripFinalNewline: false },
    ...{ timeout: commandSeconds * 1000, forceKillAfterDelay: 500 },
  });
  return { out: stdout ?? "", err: stderr ?? "", exit: timedOut ? "timeout" : String(exitCode ?? -1) };
}

async function openDaemon(family: Family, env: Record<string, string>, home: string) {
  const paths = prepareStateDirectory(env);
  mkdirSync(paths.jobs, { recursive: true, mode: 0o700 });
  const store = openStore(paths.store);
  const cluster = await openCluster({
    ...{ store, dialects, clock: systemClock, timers: systemTimers, description: description(family) },
    connect: (events) =>
      connectProcesses({ directory: paths.directory, socket: paths.runnerSocket, native: true, events }),
    jobsDirectory: paths.jobs,
    machine: { arch: "x86_64", hostName: family === "sge" ? "vm" : hostname() },
    affinity: affinityOn(allowedCpus(), 4),
    shims: (dialect) => join(root, "shims/native", dialect),
  });
  const house = { commands, build: packageVersion(), verbs: cluster.verbs, clock: systemClock };
  const users = pretendedUsers(family, home);
  const door = await openFrontDoor(paths.socket, { ...house, users, log: () => undefined }, () => undefined);
  return {
    storePath: paths.store,
    running: () => cluster.counts().running,
    settled: () => cluster.settled(),
    async close() {
      await door.shut(0, 500);
      await cluster.close();
      store.close();
    },
  };
}

function description(family: Family): ClusterDescription {
  return family === "slurm"
    ? { ...slurmDescription, host: hostname() }
    : { ...sgeDescription, defaultMemoryPerCpu: 8 * 2 ** 30 };
}

/** Whoever runs this is the recording's user. */
function pretendedUsers(family: Family, home: string): Users {
  const name = family === "slurm" ? "ada" : "alice";
  const other = family === "slurm" ? "ben" : "bob";
  const uid = process.getuid?.() ?? 0;
  const user = (called: string, number: number): User => ({
    ...{ name: called, uid: number, gid: number, group: called, home, shell: "/bin/bash" },
  });
  // Whoever runs this, root perhaps, is an ordinary user here.
  const ours = user(name, family === "slurm" ? 1004 : 1001);
  const known = [ours, { ...user(other, family === "slurm" ? 1005 : 1002), home: `/home/${other}` }];
  const real = createUsers();
  return {
    withUid: async (number) => (number === uid ? ours : real.withUid(number)),
    named: (asked) =>
      known.find((each) => each.name === asked) ?? (asked === String(ours.uid) ? ours : real.named(asked)),
  };
}
