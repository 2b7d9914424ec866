/** Owns the looks of `headnode doctor` that take more than a line: daemon, store, commands, limits of memory. */

import { delimiter, join } from "node:path";
import { configPath, loadConfig } from "../config/file.ts";
import { memoryControl } from "../relay/memory-control.ts";
import type { StatePaths } from "../relay/state-directory.ts";
import { ask } from "./daemon.ts";
import { isRunnable } from "./machine-facts.ts";
import type { CliFacts } from "./reply.ts";
import { isShimDirectory } from "./shims.ts";

/** What a check came to. `remedy` says what to do; empty where there is nothing. */
export interface Finding {
  readonly mark: "ok" | "warn" | "bad";
  readonly text: string;
  readonly remedy: string;
}

/** What checks are given. */
export interface Machine {
  readonly facts: CliFacts;
  /** Null where the state directory cannot be used. */
  readonly paths: StatePaths | null;
  readonly problem: string;
}

export const ok = (text: string): Finding => ({ mark: "ok", text, remedy: "" });
export const warn = (text: string, remedy: string): Finding => ({ mark: "warn", text, remedy });
export const bad = (text: string, remedy: string): Finding => ({ mark: "bad", text, remedy });

export async function daemonFinding({ facts, paths }: Machine): Promise<Finding | null> {
  if (!paths) return null;
  const { out = "", err = "", code } = await ask(facts, paths, ["status"]);
  if (code === 3) return ok("none runs; the first command starts one");
  if (code === 0) return ok(out.trim().replaceAll("\n", ", ").replaceAll(/ {2,}/g, " "));
  return bad(err.trim(), "headnode daemon logs says more; headnode daemon stop ends it");
}

/** Who holds memory to limits, and why. */
export async function memoryFinding(machine: Machine): Promise<Finding> {
  return ok(`kept ${(await memoryInUse(machine)) ?? memoryHere(machine)}`);
}

/** What the daemon that runs does about memory; null where there is none. */
async function memoryInUse({ facts, paths }: Machine): Promise<string | null> {
  const { out = "", code } = paths ? await ask(facts, paths, ["status", "--json"]) : { code: 3 };
  return code === 0 ? String(JSON.parse(out).memory) : null;
}

/** What a daemon would do. */
function memoryHere({ facts: { env } }: Machine): string {
  const loaded = loadConfig(configPath(env));
  const wanted = loaded.kind === "wrong" || (loaded.config.jobs.control_groups ?? true);
  const control = memoryControl({ env, wanted });
  if (control.kind === "watching") return `by watching the processes: ${control.why}`;
  if (control.kind === "systemd") return `by the kernel: ${control.why}`;
  return `by the kernel, in groups below ${control.parent}: ${control.why}`;
}

export async function storeFinding(): Promise<Finding> {
  try {
    const { default: Database } = await import("better-sqlite3");
    new Database(":memory:").close();
    return ok("SQLite works");
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return bad(`SQLite was not built: ${why}`, "npm rebuild better-sqlite3");
  }
}

/** Which one the shell would find, and whether a real one is behind it. */
export function commandFinding(facts: CliFacts, command: string): Finding {
  const found = (facts.env.PATH ?? "").split(delimiter).filter((directory) => isRunnable(join(directory, command)));
  const [first] = found;
  const real = found.find((directory) => !isShimDirectory(directory));
  if (first === undefined) return warn(`no ${command} on PATH`, 'eval "$(headnode env)"');
  if (!isShimDirectory(first))
    return warn(`${join(first, command)} is another one's`, 'eval "$(headnode env)" puts headnode\'s first');
  return ok(real === undefined ? "headnode's" : `headnode's, in front of ${join(real, command)}`);
}

export function pathWithoutShims({ env }: CliFacts): string {
  return (env.PATH ?? "")
    .split(delimiter)
    .filter((directory) => !isShimDirectory(directory))
    .join(delimiter);
}
