/** Owns who holds the memory of one runner's jobs to its limits: the kernel in groups of theirs, or their supervisors. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Launch } from "../model/launch.ts";
import { groupOf, groupPrefix, type MemoryControl } from "../relay/memory-control.ts";
import { moveInto, openGroups } from "../relay/memory-groups.ts";

/** Below which control group jobs get theirs; empty for none. */
export interface RunnerMemory {
  readonly groups: string;
  /** For a person. */
  readonly said: string;
}

/** What is asked: how it could be here, the state directory, and the runner if it was started just now. */
export interface RunnerFound {
  readonly control: MemoryControl;
  readonly directory: string;
  readonly startedPid: number | null;
}

/** Makes the group for the jobs of a runner. Where anything goes wrong memory is watched. */
export function prepareMemory({ control, directory, startedPid }: RunnerFound): RunnerMemory {
  const groups = groupsFor({ control, directory, startedPid });
  leaveJobs(groups);
  if (groups !== "") return { groups, said: `by the kernel, in groups below ${groups}` };
  const why = control.kind === "watching" ? control.why : "the kernel did not take the control groups";
  return { groups, said: `by watching the processes: ${why}` };
}

/** The launch with the path of a group, if one of its limits is one that the kernel can keep. */
export function inGroup(launch: Launch, { groups }: RunnerMemory): Launch {
  const kept = launch.memory.some(
    ({ measure, scope, signal }) => measure === "resident" && scope !== "all" && signal === 9,
  );
  return groups !== "" && kept ? { ...launch, memoryGroup: join(groups, launch.key) } : launch;
}

function groupsFor({ control, directory, startedPid }: RunnerFound): string {
  if (control.kind === "watching") return "";
  if (control.kind === "kernel") {
    const name = createHash("sha256").update(directory).digest("hex").slice(0, 8);
    return openGroups(control.parent, `${groupPrefix}${name}`);
  }
  // A runner that is older than this daemon is where it was put then.
  const memory = join(directory, "memory-groups");
  if (startedPid === null) return existsSync(memory) ? existing(readFileSync(memory, "utf8")) : "";
  rmSync(memory, { force: true });
  const scope = groupOf(startedPid);
  const groups =
    scope?.endsWith(".scope") && moveInto(scope, "runner", startedPid) ? openGroups(scope, `${groupPrefix}jobs`) : "";
  if (groups !== "") writeFileSync(memory, groups, { mode: 0o600 });
  return groups;
}

function existing(path: string): string {
  return existsSync(join(path, "cgroup.procs")) ? path : "";
}

/** A daemon that a command in a job had to start must neither count for that job nor keep its group. */
function leaveJobs(groups: string): void {
  const own = groupOf("self");
  if (groups !== "" && own?.startsWith(`${groups}/`)) moveInto(groups, "daemon", process.pid);
}
