/** Owns throw-away clusters for tests: real SQLite in a temporary directory, a movable clock, a backend that pretends. */

import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TargetBook } from "../../src/daemon/away.ts";
import { type Cluster, type Counts, openCluster } from "../../src/daemon/cluster.ts";
import { workInbox } from "../../src/daemon/work-inbox.ts";
import type { Command } from "../../src/language/command.ts";
import { runCommand } from "../../src/language/command.ts";
import type { Context, FileRead, Files } from "../../src/language/context.ts";
import type { Dialect } from "../../src/language/dialect.ts";
import type { Letter } from "../../src/language/mail.ts";
import { createRecollection, type Recollection } from "../../src/language/told.ts";
import type { RankEnd, WorkAsk, Working, WorkNews } from "../../src/language/work.ts";
import { type ClusterDescription, plainCluster } from "../../src/model/cluster.ts";
import type { User } from "../../src/model/job.ts";
import { idleMachine, type MachineUse } from "../../src/model/machine-use.ts";
import type { Policy } from "../../src/model/scheduling.ts";
import { noUsage } from "../../src/model/usage.ts";
import type { Verbs } from "../../src/model/verbs.ts";
import { openStore, type Store } from "../../src/store/store.ts";
import { type FakeBackend, fakeBackend } from "./fake-backend.ts";
import { type MovableClock, movableClock } from "./movable-clock.ts";
import { ada, plainDialects } from "./plain-dialect.ts";

export interface WorldOptions {
  /** Who may be named; the first one runs the commands. Left out: ada (uid 1000). */
  readonly users?: readonly User[];
  readonly description?: ClusterDescription;
  readonly cpus?: number;
  readonly dialects?: readonly Dialect[];
  readonly commands?: readonly Command[];
  readonly policy?: Policy;
  /** Clusters that jobs are handed to; left out: none. */
  readonly targets?: (clock: MovableClock) => TargetBook;
  /** What makes the database that the first daemon finds there; left out: it finds none. */
  readonly found?: (path: string) => void;
  /** Epoch ms at which the clock starts. */
  readonly now?: number;
  readonly machine?: { readonly arch: string; readonly hostName: string };
  /** Left out: a machine at rest. */
  readonly machineUse?: () => MachineUse;
}

export interface Said {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  /** Added to a small environment (HOME, USER, LOGNAME, SHELL, PATH); `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Relative paths are meant from the work directory. */
  readonly cwd?: string;
  readonly user?: User;
  readonly columns?: number;
  /** Standard input is one. */
  readonly terminal?: boolean;
  /** Left out: a machine at rest. */
  readonly machineUse?: MachineUse;
  /** Resolves with a signal number when the user is to interrupt the command. */
  readonly interrupted?: Promise<number>;
  /** How the command's processes end, and what else is heard of them, in order; left out: each ends well. */
  readonly work?: (ask: WorkAsk) => readonly (RankEnd | WorkNews<never>)[];
}

export interface TestWorld {
  readonly verbs: Verbs;
  readonly store: Store;
  readonly clock: MovableClock;
  readonly backend: FakeBackend;
  /** An existing directory in which commands run. */
  readonly work: string;
  readonly state: string;
  /** What the daemon logged. */
  readonly log: readonly string[];
  /** The mail that was sent, oldest first. */
  readonly letters: readonly Letter[];
  /** What commands asked the caller's side to start, oldest first. */
  readonly asked: readonly WorkAsk[];
  counts(): Counts;
  idle(): boolean;
  /**
   * Runs a command by name (and dialect, where two have it: `sge:qstat`) to its end, then lets everything happen that
   * is due at this moment. A command that waits for a job resolves when `advance` has let it end.
   */
  run(name: string, args?: readonly string[], options?: RunOptions): Promise<Said>;
  /** Moves the clock by so many milliseconds, letting everything happen on the way. */
  advance(ms: number): Promise<void>;
  /** What is asked of the daemon before each command. */
  heed(): void;
  /** Lets everything happen that is due at this moment. */
  settle(): Promise<void>;
  /** As if the daemon had been killed and started again: jobs go on meanwhile. */
  restart(options?: { readonly meanwhileMs?: number }): Promise<void>;
  close(): Promise<void>;
}

/** A cluster of one node with 4 processors and 16 GiB unless described otherwise. */
export async function makeWorld(options: WorldOptions = {}): Promise<TestWorld> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "headnode-test-")));
  const work = join(directory, "work");
  const state = join(directory, "state");
  for (const made of [work, state]) mkdirSync(made, { mode: 0o700 });
  options.found?.(join(state, "store.db"));
  const clock = movableClock(options.now);
  const backend = fakeBackend(clock);
  const targets = options.targets?.(clock);
  const log: string[] = [];
  const asked: WorkAsk[] = [];
  const letters: Letter[] = [];
  const open = async (): Promise<{ store: Store; cluster: Cluster }> => {
    const store = openStore(join(state, "store.db"));
    const cluster = await openCluster({
      ...{ store, clock },
      timers: clock,
      connect: backend.connect,
      dialects: options.dialects ?? plainDialects,
      description: options.description ?? describe(options.cpus ?? 4),
      jobsDirectory: join(state, "jobs"),
      machine: options.machine ?? { arch: "x86_64", hostName: "node1" },
      policy: (usual) => options.policy ?? usual,
      ...(options.machineUse ? { machineUse: options.machineUse } : {}),
      ...(targets ? { targets } : {}),
      log: (line) => log.push(line),
      post: (letter) => letters.push(letter),
    });
    return { store, cluster };
  };
  let current = await open();
  const settle = async (): Promise<void> => {
    do await current.cluster.settled();
    while (clock.runDue());
  };
  const users = options.users ?? [ada];
  const recollection = createRecollection();
  return {
    get verbs() {
      return current.cluster.verbs;
    },
    get store() {
      return current.store;
    },
    ...{ clock, backend, work, state, log, asked, letters },
    counts: () => current.cluster.counts(),
    idle: () => current.cluster.idle(),
    heed: () => current.cluster.heed(),
    async run(name, args = [], more = {}) {
      const command = find(options.commands ?? [], name);
      const { machineUse } = options;
      const { verbs } = current.cluster;
      const context = contextOf({ args, more, users, work, clock, asked, machineUse, verbs, recollection });
      const said = await collect(command, context);
      await settle();
      return said;
    },
    advance: (ms) => clock.advance(ms, settle),
    settle,
    async restart({ meanwhileMs = 0 } = {}) {
      backend.deafen();
      await current.cluster.close();
      current.store.close();
      await clock.advance(meanwhileMs, async () => undefined);
      current = await open();
      await settle();
    },
    async close() {
      await current.cluster.close();
      current.store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function describe(cpus: number): ClusterDescription {
  return plainCluster({ host: "node1", cpus, memory: 16 * 2 ** 30, gpus: 0 });
}

function find(commands: readonly Command[], name: string): Command {
  const [dialect, word] = name.includes(":") ? name.split(":") : [undefined, name];
  const command = commands.find((each) => each.name === word && (!dialect || each.dialect === dialect));
  if (!command) throw new Error(`no command ${name}`);
  return command;
}

async function collect(command: Command, context: Context): Promise<Said> {
  let out = "";
  let err = "";
  for await (const piece of runCommand(command, context)) {
    if (piece.kind === "out") out += piece.text;
    else if (piece.kind === "err") err += piece.text;
    else return { out, err, code: piece.code };
  }
  throw new Error(`${command.name} ended without an exit code`);
}

interface Calling {
  readonly args: readonly string[];
  readonly more: RunOptions;
  readonly users: readonly User[];
  readonly work: string;
  readonly clock: MovableClock;
  readonly asked: WorkAsk[];
  readonly verbs: Verbs;
  readonly recollection: Recollection;
  readonly machineUse: WorldOptions["machineUse"];
}

function contextOf({ args, more, users, work, clock, asked, verbs, machineUse, recollection }: Calling): Context {
  const user = more.user ?? users[0] ?? ada;
  const cwd = resolve(work, more.cwd ?? ".");
  const login = { HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: user.shell, PATH: "/usr/bin:/bin" };
  const variables = Object.entries({ ...login, PWD: cwd, ...more.env }).filter(([, value]) => value !== undefined);
  const input = Buffer.from(more.stdin ?? "");
  const lines = input.toString().replace(/\n$/, "").split("\n");
  return {
    ...{ args, cwd, clock, verbs, recollection, user },
    session: 0,
    machineUse: () => more.machineUse ?? machineUse?.() ?? idleMachine,
    environment: variables.map(([name, value]) => `${name}=${value}`),
    variable: (name) => variables.find(([known]) => known === name)?.[1],
    ...{ umask: 0o022, niceness: 0 },
    limits: "cpu=unlimited nofile=1024",
    terminal: { input: more.terminal ?? false, output: false, errors: false, columns: more.columns ?? 0 },
    userNamed: (nameOrUid) => users.find(({ name, uid }) => name === nameOrUid || String(uid) === nameOrUid) ?? null,
    files: filesOf(cwd, input),
    readInput: async () => input,
    readLine: async () => lines.shift() ?? null,
    interrupted: more.interrupted ?? new Promise(() => undefined),
    work<Put>(ask: WorkAsk): Working<Put> {
      asked.push(ask);
      const inbox = workInbox<Put>(() => undefined);
      for (const news of (more.work ?? allEndWell)(ask))
        inbox.hear("kind" in news ? news : { kind: "ended", end: news });
      return inbox;
    },
  };
}

function allEndWell({ ranks }: WorkAsk): readonly RankEnd[] {
  return ranks.map((_, rank) => ({ rank, code: 0, signal: null, failure: null, usage: noUsage }));
}

function filesOf(cwd: string, input: Uint8Array): Files {
  return {
    async read(path): Promise<FileRead> {
      if (path === "/dev/stdin" || path === "/dev/fd/0") return { bytes: input };
      try {
        return { bytes: readFileSync(resolve(cwd, path)) };
      } catch (error) {
        return { errno: error instanceof Error && "code" in error ? String(error.code) : "EIO" };
      }
    },
    async write(path, bytes) {
      try {
        writeFileSync(resolve(cwd, path), bytes);
        return null;
      } catch (error) {
        return error instanceof Error && "code" in error ? String(error.code) : "EIO";
      }
    },
    async temporary(bytes) {
      const path = join(cwd, "temporary");
      writeFileSync(path, bytes);
      return path;
    },
    async remove(path) {
      rmSync(resolve(cwd, path), { force: true });
    },
    async copy(from, to) {
      copyFileSync(resolve(cwd, from), resolve(cwd, to));
      return null;
    },
    kind(path) {
      const facts = statSync(resolve(cwd, path), { throwIfNoEntry: false });
      if (!facts) return "missing";
      return facts.isFile() ? "file" : facts.isDirectory() ? "directory" : "other";
    },
    size: (path) => statSync(resolve(cwd, path), { throwIfNoEntry: false })?.size ?? 0,
    resolve(path) {
      try {
        return realpathSync(resolve(cwd, path));
      } catch {
        return resolve(cwd, path);
      }
    },
  };
}
