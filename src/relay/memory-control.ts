// Whether the kernel can hold the memory of jobs to limits here, where, and why not.

import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Who holds memory to its limits; `why` is for a person. */
export type MemoryControl =
  /** Groups can be made below `parent`, an existing directory. */
  | { readonly kind: "kernel"; readonly parent: string; readonly why: string }
  /** A program started with these words before its own gets a group below which it may make others. */
  | { readonly kind: "systemd"; readonly words: readonly string[]; readonly why: string }
  | { readonly kind: "watching"; readonly why: string };

/** What is asked; `root` is another one in tests. */
export interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the config says. */
  readonly wanted: boolean;
  readonly root?: string;
  /** Left out: this process's own. */
  readonly uid?: number;
}

const ownUid = process.getuid?.() ?? -1;

/** Every group of ours begins like this. */
export const groupPrefix = "headnode-";

/**
 * Looks at the machine. systemd is asked first, where it runs and where jobs would outlive a logout as they do without
 * it; else the nearest group around this process that is this user's and that may hand memory on.
 */
export function memoryControl(place: Place): MemoryControl {
  const root = place.root ?? "/";
  const mount = mountPoint(root);
  if (!place.wanted) return watching("control_groups = false in [jobs]");
  if (mount === null) return watching("no control groups of version 2 are mounted");
  const [, own] = /^0::(.*)$/m.exec(textOf(join(root, "proc/self/cgroup"))) ?? [];
  if (own === undefined) return watching("this process is in no control group of version 2");
  if (!namesMemory(join(mount, "cgroup.controllers")))
    return watching("the kernel has its control of memory elsewhere, in control groups of version 1 or nowhere");
  const asked = bySystemd(place, own);
  if (asked) return asked;
  const around = ancestors(resolve(join(mount, outside(own))), mount);
  const parent = around.find(maySpread);
  if (parent !== undefined) return { kind: "kernel", parent, why: "it is yours and hands the control of memory on" };
  return watching(whyNot(place, around));
}

/** The control group of a process, as a path; null where it has none. */
export function groupOf(pid: number | "self", root = "/"): string | null {
  const mount = mountPoint(root);
  const [, own] = /^0::(.*)$/m.exec(textOf(join(root, `proc/${pid}/cgroup`))) ?? [];
  return mount === null || own === undefined ? null : join(mount, own);
}

/** A daemon that a job had to start is in that job's group; what it starts belongs beside it. */
function outside(own: string): string {
  const at = own.split("/").findIndex((name) => name.startsWith(groupPrefix));
  return at < 0 ? own : own.split("/").slice(0, at).join("/");
}

function watching(why: string): MemoryControl {
  return { kind: "watching", why };
}

/** The whole hierarchy is mounted there; null where it is not. Blanks in its path are not looked for. */
function mountPoint(root: string): string | null {
  const [, point] = /^\d+ \d+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(textOf(join(root, "proc/self/mountinfo"))) ?? [];
  return point === undefined ? null : join(root, point);
}

function bySystemd({ env, uid = ownUid, root = "/" }: Place, own: string): MemoryControl | null {
  const program = (env.PATH ?? "")
    .split(":")
    .map((directory) => join(directory, "systemd-run"))
    .find((path) => path.startsWith("/") && isAllowed(path, constants.X_OK));
  if (program === undefined || !existsSync(join(root, "run/systemd/system"))) return null;
  const words = (...more: string[]) => [
    program,
    ...more,
    "--scope",
    "--quiet",
    "--collect",
    "-p",
    "Delegate=yes",
    "--",
  ];
  if (uid === 0)
    return { kind: "systemd", words: words("--system"), why: "systemd gives the runner a scope of its own" };
  const manager = env.XDG_RUNTIME_DIR ? join(root, env.XDG_RUNTIME_DIR, "systemd/private") : "";
  if (manager === "" || !existsSync(manager)) return null;
  // The user's systemd ends with the last session, and everything in it, unless the user is said to linger.
  const outlives =
    own.includes(`/user@${uid}.service/`) || existsSync(join(root, "var/lib/systemd/linger", env.USER ?? ""));
  if (!outlives || !env.USER) return null;
  return { kind: "systemd", words: words("--user"), why: "your systemd gives the runner a scope of its own" };
}

/** From a group up to the mount point. */
function ancestors(own: string, mount: string): readonly string[] {
  if (own === mount || !own.startsWith(mount)) return [mount];
  return [own, ...ancestors(dirname(own), mount)];
}

/** Only a group without processes of its own, or the one that holds everything, can hand memory on. */
function maySpread(group: string): boolean {
  const isOurs = [group, join(group, "cgroup.procs")].every((path) => isAllowed(path, constants.W_OK));
  if (!isOurs || !namesMemory(join(group, "cgroup.controllers"))) return false;
  if (namesMemory(join(group, "cgroup.subtree_control"))) return true;
  const isFree = !existsSync(join(group, "cgroup.type")) || textOf(join(group, "cgroup.procs")).trim() === "";
  return isFree && isAllowed(join(group, "cgroup.subtree_control"), constants.W_OK);
}

function whyNot({ uid = ownUid, env, root = "/" }: Place, around: readonly string[]): string {
  if (around.some((group) => isAllowed(group, constants.W_OK)))
    return "the control group that is yours has processes in it and cannot hand the control of memory on";
  const lingering = uid !== 0 && existsSync(join(root, "run/systemd/system")) && env.USER;
  const more = lingering ? `; loginctl enable-linger ${env.USER} lets systemd give you one` : "";
  return `no control group around this session is yours${more}`;
}

function namesMemory(file: string): boolean {
  return textOf(file).split(/\s+/).includes("memory");
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
