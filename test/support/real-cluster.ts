/** Owns throw-away clusters for end-to-end tests: real shims, daemon, runner and processes in a temporary directory. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";

const root = resolve(import.meta.dirname, "../..");
export const headnode = join(root, "shims/headnode");

/** Which relay and runner a cluster uses. */
export type Chain = "c" | "node";

/** The chains that can be tested here: without a compiler there is only Node's. */
export const chains: readonly Chain[] = existsSync(join(root, "shims/native/runner")) ? ["c", "node"] : ["node"];

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

export interface RealCluster {
  readonly work: string;
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a line of shell in the work directory. */
  run(line: string, more?: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> }): Promise<Ran>;
  /** Content of a file in the work directory; empty while there is none. */
  text(name: string): string;
  /** Resolves when nothing waits or runs any more; throws after `seconds`. */
  quiet(seconds?: number): Promise<void>;
  /** Resolves when the check holds; throws after `seconds` with what was seen last. */
  until(check: () => boolean | Promise<boolean>, seconds?: number): Promise<void>;
  /** Stops the daemon and the runner and removes everything. */
  close(): Promise<void>;
}

/** A cluster of its own with 4 processors. */
export async function realCluster(chain: Chain, more: Readonly<Record<string, string>> = {}): Promise<RealCluster> {
  const directory = mkdtempSync(join(tmpdir(), "headnode-e2e-"));
  const work = join(directory, "work");
  const home = join(directory, "home");
  for (const made of [work, home]) mkdirSync(made);
  const state = join(directory, "state");
  const shims = (family: string) => join(root, "shims", ...(chain === "c" ? ["native"] : []), family);
  const env = {
    HEADNODE_HOME: state,
    HEADNODE_NATIVE: chain === "c" ? "1" : "0",
    HEADNODE_CPUS: "4",
    // Login shells read nobody's profile, which may be slow, or wait for something.
    HEADNODE_USER_HOME: home,
    HOME: home,
    LANG: "C.UTF-8",
    PATH: [shims("slurm"), shims("sge"), join(root, "shims"), process.env.PATH ?? ""].join(":"),
    ...more,
  };
  const run: RealCluster["run"] = async (line, { stdin = "", env: extra = {} } = {}) => {
    const options = {
      cwd: work,
      env: { ...env, ...extra },
      extendEnv: false,
      reject: false,
      input: stdin,
      stripFinalNewline: false,
    };
    const { stdout, stderr, exitCode } = await execa("bash", ["-c", line], options);
    return { out: stdout, err: stderr, code: exitCode ?? -1 };
  };
  const until: RealCluster["until"] = async (check, seconds = 30) => {
    const end = Date.now() + seconds * 1000;
    while (!(await check())) {
      if (Date.now() > end) throw new Error(`not so after ${seconds} s\n${(await run("squeue; qstat -u '*'")).out}`);
      await pause(30);
    }
  };
  const text = (name: string) => (existsSync(join(work, name)) ? readFileSync(join(work, name), "utf8") : "");
  const quiet = (seconds = 30) => until(async () => (await run("squeue -h")).out === "", seconds);
  const close = async () => {
    await run("scancel -u $(id -un); qdel -u $(id -un)");
    await execa(headnode, ["daemon", "stop"], { env, reject: false });
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  return { work, state, env, run, text, quiet, until, close };
}
