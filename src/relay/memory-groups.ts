// Control groups (version 2) of single jobs and steps, in which the kernel holds their memory to a limit; shims/group.c does the same.

import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One group; without any, memory is only watched. */
export interface MemoryGroup {
  /** Takes a process in. One that the kernel does not let in is watched like any other. */
  enter(pid: number): void;
  /** What those who watch should let pass: a little above the limit is the kernel's to end. As it is where nothing has entered. */
  watchedKiB(limitKiB: number): number;
  /** How many of its processes the kernel has killed for want of memory. */
  kills(): number;
  /** Takes the group away; the kernel keeps it as long as anything in it lives. */
  close(): void;
}

/** Makes the group of that path with its limit; null where the kernel will not have it. */
export function openGroup(path: string, limitKiB: number): MemoryGroup | null {
  if (path === "" || limitKiB <= 0 || !isMade(path)) return null;
  put(path, "memory.swap.max", "0"); // what is swapped out would not count; without swap there is no such file
  if (!put(path, "memory.max", String(Math.floor(limitKiB) * 1024))) {
    isRemoved(path);
    return null;
  }
  const before = killsIn(path);
  return {
    enter: (pid) => void put(path, "cgroup.procs", String(pid)),
    watchedKiB: (kib) => (textIn(path, "cgroup.procs") === "" ? kib : kib * 1.5 + 65_536),
    kills: () => killsIn(path) - before,
    close: () => void isRemoved(path),
  };
}

/**
 * Makes `parent/name`, below which jobs get groups, and has both hand the control of memory down. Empty groups that an
 * earlier daemon left there are removed. Answers the path; empty where the kernel will not have it.
 */
export function openGroups(parent: string, name: string): string {
  const path = join(parent, name);
  const isShared = handsDown(parent) && isMade(path) && handsDown(path);
  if (!isShared) return "";
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) isRemoved(join(path, entry.name));
  return path;
}

/** Removes what `openGroups` made, unless there is still anything in it. */
export function closeGroups(path: string): void {
  if (path !== "") isRemoved(path);
}

/** Puts a process into a group of that name, made for it: who shares memory out may have no process of its own. */
export function moveInto(parent: string, name: string, pid: number): boolean {
  const path = join(parent, name);
  return isMade(path) && put(path, "cgroup.procs", String(pid));
}

function handsDown(path: string): boolean {
  return (
    textIn(path, "cgroup.subtree_control").split(/\s+/).includes("memory") ||
    put(path, "cgroup.subtree_control", "+memory")
  );
}

function isMade(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EEXIST";
  }
}

/** The kernel refuses while there is anything in it. */
function isRemoved(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The files are the kernel's: one that is not there must not be made. Answers whether it took the text. */
function put(path: string, file: string, text: string): boolean {
  try {
    writeFileSync(join(path, file), text, { flag: "r+" });
    return true;
  } catch {
    return false;
  }
}

function killsIn(path: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(textIn(path, "memory.events"))?.[1] ?? 0);
}

function textIn(path: string, file: string): string {
  try {
    return readFileSync(join(path, file), "utf8");
  } catch {
    return "";
  }
}
