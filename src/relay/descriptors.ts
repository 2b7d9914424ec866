// Lets go of what a long-lived process got from the shell that happened to start it.

import { closeSync, readdirSync, readFileSync } from "node:fs";

const closeOnExecFlag = 0o2000000;

/**
 * Closes every descriptor above 2 that was inherited, but for those to keep. A daemon that holds a user's `flock 9` or
 * the pipe of a `$(…)` would keep scripts waiting for as long as it lives. To be called first thing by a main. Only
 * Linux tells which descriptors were inherited: those not marked to be closed on exec, as Node marks all of its own.
 * (It also marks inherited ones at start, but gives up at the first gap: those go when the next program is started.)
 */
export function closeInheritedDescriptors(keep: readonly number[]): void {
  for (const descriptor of inheritedDescriptors()) if (!keep.includes(descriptor)) closeSync(descriptor);
}

function inheritedDescriptors(): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fdinfo")
    .map(Number)
    .filter((descriptor) => descriptor > 2 && wasInherited(descriptor));
}

function wasInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExecFlag) === 0;
  } catch {
    return false; // the descriptor the directory was read with
  }
}
