/** Owns clusters described as the recorded ones were, with real sockets, runner and processes, and chosen job ids. */

import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
import { machineGauge } from "../../src/daemon/machine-use.ts";
import { systemTimers } from "../../src/daemon/timers.ts";
import { createUsers, type Users } from "../../src/daemon/users.ts";
import type { Letter } from "../../src/language/mail.ts";
import { systemClock } from "../../src/model/clock.ts";
import type { ClusterDescription } from "../../src/model/cluster.ts";
import type { User } from "../../src/model/job.ts";
import { packageVersion } from "../../src/relay/facts.ts";
import { prepareStateDirectory } from "../../src/relay/state-directory.ts";
import { openStore } from "../../src/store/store.ts";
import { described as sgeDescription } from "../sge/world.ts";
import { described as slurmDescription, variants } from "../slurm/described.ts";
import { atTerminal } from "./terminal.ts";

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
  /** The same on a terminal, at which that is typed. */
  onTerminal(line: string, typed: readonly string[]): Promise<Ran>;
  /** The same, as another user than the recording's own. */
  as(user: string): Replica["run"];
  /** The cluster gets one more queue, described as its first one. */
  addQueue(name: string): void;
  /** Whether the scheduler makes no pass from now on. */
  rest(resting: boolean): void;
  /** The next submission gets this id, unless it is taken. */
  nextId(id: number): void;
  running(): number;
  settled(): Promise<void>;
  close(): Promise<void>;
}

const root = resolve(import.meta.dirname, "../..");
const commandSeconds = 20;
/** The recorded user's limits that differ from machine to machine. */
const usualLimits = "ulimit -S -n 1024";
/** Time limits are whole minutes. */
const limitedSeconds = 130;

/** A cluster for one golden file; its work directory is `place` in the home directory. Null is the usual cluster. */
export async function openReplica(family: Family, place: string, variant: string | null = null): Promise<Replica> {
  const base = mkdtempSync(join(tmpdir(), "h"));
  // Some columns cut paths where the recorded one, which was short, ended.
  const [home, state] = [join(base, "a"), join(base, "state")];
  const work = join(home, place);
  mkdirSync(work, { recursive: true });
  const own = environmentOf(family, home, state);
  if (family === "sge") writeFileSync(join(home, ".profile"), profileText);
  writeFileSync(join(base, "mail.log"), "");
  const daemon = await openDaemon({ family, variant }, own, base);
  // A file is no directory of state, so that no command finds a daemon or can start one.
  const env = variant === unreachable ? { ...own, HEADNODE_HOME: join(base, "mail.log") } : own;
  const counter = new Database(daemon.storePath);
  const setNext = counter.prepare("UPDATE counters SET next = ? WHERE name = 'job' AND next < ?");
  const limited = (line: string) => (family === "slurm" ? `${usualLimits}; ${line}` : line);
  const run: Replica["run"] = (line, stdin, directory) => shell(limited(line), { stdin, env, cwd: directory ?? work });
  const environmentAs = (user: string) => ({
    ...{ ...env, HEADNODE_HOME: join(base, `door-${user}`), USER: user, LOGNAME: user, HOME: homeOf(base, user) },
    MAIL: `/var/mail/${user}`,
  });
  return {
    ...{ home, work, state, run },
    as: (user) => (line, stdin, directory) =>
      shell(limited(line), { stdin, env: environmentAs(user), cwd: directory ?? work }),
    onTerminal: (line, typed) => atTerminal({ line, typed, env, cwd: work }),
    addQueue: daemon.addQueue,
    rest: daemon.rest,
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
    ...{ LANG: "C.UTF-8", PATH: [...shims, "/usr/bin", "/bin"].join(":") },
    ...(family === "sge"
      ? { TERM: "xterm", MAIL: `/var/mail/${user}`, SGE_ROOT: join(state, "../gridengine"), SGE_CELL: "default" }
      : { TZ: "UTC" }),
  };
}

async function shell(line: string, at: { stdin: string; env: Record<string, string>; cwd: string }): Promise<Ran> {
  const { stdin, ...where } = at;
  const { stdout, stderr, exitCode, timedOut } = await execa("bash", ["-c", `umask 022; unset OLDPWD; ${line}`], {
    ...where,
    ...{ extendEnv: false, reject: false, input: stdin, stripFinalNewline: false },
    ...{
      timeout: 1000 * (/ -t 1 |sbatch (-W|--wait)/.test(line) ? limitedSeconds : commandSeconds),
      forceKillAfterDelay: 500,
    },
  });
  return { out: stdout ?? "", err: stderr ?? "", exit: timedOut ? "timeout" : String(exitCode ?? -1) };
}

/** Homes of others than the recording's user lie beside its own; who is homeless has none. */
function homeOf(base: string, user: string): string {
  return user === "homeless" ? "/nonexistent/home" : join(base, user);
}

interface Kind {
  readonly family: Family;
  readonly variant: string | null;
}

async function openDaemon({ family, variant }: Kind, env: Record<string, string>, base: string) {
  const paths = prepareStateDirectory(env);
  mkdirSync(paths.jobs, { recursive: true, mode: 0o700 });
  const store = openStore(paths.store);
  let resting = false;
  const cluster = await openCluster({
    ...{
      store,
      dialects,
      clock: systemClock,
      timers: systemTimers,
      machineUse: machineGauge(),
      description: description(family, variant),
    },
    connect: (events) =>
      connectProcesses({ directory: paths.directory, socket: paths.runnerSocket, native: true, events }),
    jobsDirectory: paths.jobs,
    machine: { arch: "x86_64", hostName: family === "sge" ? "vm" : hostname() },
    affinity: affinityOn(allowedCpus(), 4),
    shims: (dialect) => join(root, "shims/native", dialect),
    policy: (usual) => (resting ? { ...usual, depth: 0 } : usual),
    // The recorded commands lay where a login shell looks; here the home directory's profile says where they are.
    shimsInstalled: () => true,
    post: (letter) => appendFileSync(join(base, "mail.log"), mailLogText(letter)),
  });
  const house = {
    commands,
    build: packageVersion(),
    verbs: cluster.verbs,
    clock: systemClock,
    log: () => undefined,
    machineUse: machineGauge(),
  };
  const known = pretendedUsers(family, base);
  const doors = [await openFrontDoor(paths.socket, { ...house, users: usersFor(known, known[0]) }, () => undefined)];
  // Whoever runs this is whom they say they are by the door they come through.
  for (const other of known.slice(1)) {
    if (other.name !== "homeless") mkdirSync(other.home, { recursive: true });
    const { socket } = prepareStateDirectory({ HEADNODE_HOME: join(base, `door-${other.name}`) });
    doors.push(await openFrontDoor(socket, { ...house, users: usersFor(known, other) }, () => undefined));
  }
  return {
    storePath: paths.store,
    running: () => cluster.counts().running,
    settled: () => cluster.settled(),
    addQueue(name: string) {
      const before = cluster.verbs.description;
      const [first] = before.queues;
      if (first) cluster.redescribe({ ...before, queues: [...before.queues, { ...first, name, isDefault: false }] });
    },
    rest(now: boolean) {
      resting = now;
      cluster.redescribe(cluster.verbs.description);
    },
    async close() {
      for (const door of doors) await door.shut(0, 500);
      await cluster.close();
      store.close();
    },
  };
}

/** The variant of which no command reaches the daemon. */
const unreachable = "unreachable";

function description(family: Family, variant: string | null): ClusterDescription {
  const changed = variant === null ? {} : { ...variants, ...sgeVariants, [unreachable]: {} }[variant];
  if (!changed) throw new Error(`no cluster is described as ${variant}`);
  return family === "slurm"
    ? { ...slurmDescription, host: hostname(), accounts: [{ name: "proj", users: ["ada", "ben"] }], ...changed }
    : { ...sgeDescription, defaultMemoryPerCpu: 8 * 2 ** 30, ...changed };
}

/** The recorded installation kept a queue at the end that had been changed last. */
const sgeVariants: Readonly<Record<string, Partial<ClusterDescription>>> = {
  "all.q last": { queues: [...sgeDescription.queues].reverse() },
};

/** Where the commands are, and the recorded user's prompt. */
const profileText = `PATH=${join(root, "shims/native/sge")}:$PATH\nPS1='alice@vm:\\w$ '\n`;

/** What the recorded installation's stand-in for a mailer wrote. */
function mailLogText({ to, subject, body }: Letter): string {
  return to.map((address) => `argv: -s ${subject} ${address}\n${body}-----\n`).join("");
}

/** The users of a recording, its own first. */
function pretendedUsers(family: Family, base: string): readonly User[] {
  const user = (name: string, uid: number): User => ({
    ...{ name, uid, gid: uid, group: name, home: homeOf(base, name), shell: "/bin/bash" },
  });
  if (family === "slurm") return [{ ...user("ada", 1004), home: join(base, "a") }, user("ben", 1005), user("root", 0)];
  const others = [user("bob", 1002), user("homeless", 1003), user("bartholomew_the_long", 1004), user("root", 0)];
  return [{ ...user("alice", 1001), home: join(base, "a") }, ...others];
}

/** Who comes through one door is `who`, root or not. */
function usersFor(known: readonly User[], who: User | undefined): Users {
  const uid = process.getuid?.() ?? 0;
  const real = createUsers();
  return {
    withUid: async (number) => (number === uid && who ? who : real.withUid(number)),
    named: (asked) =>
      known.find(({ name, uid: number }) => name === asked || String(number) === asked) ?? real.named(asked),
  };
}
