/** Whether the kernel may hold memory to limits: the same question to machines played by directories. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { groupOf, memoryControl } from "../../src/relay/memory-control.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "headnode-groups-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string, mode = 0o644): void => {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
};

const mounted = "36 25 0:31 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

interface Group {
  readonly shares?: boolean;
  readonly processes?: string;
}

/** A machine with these groups, the process in the last one. */
function machine(groups: Readonly<Record<string, Group>>, mountinfo = mounted): void {
  write("proc/self/mountinfo", `25 1 0:5 / /proc rw - proc proc rw\n${mountinfo}`);
  write("proc/self/cgroup", `0::${Object.keys(groups).at(-1)}\n`);
  write("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
  for (const [path, { shares = false, processes = "" }] of Object.entries(groups)) {
    const at = join("sys/fs/cgroup", path);
    write(join(at, "cgroup.controllers"), "cpuset cpu io memory pids\n");
    write(join(at, "cgroup.procs"), processes);
    write(join(at, "cgroup.subtree_control"), shares ? "memory pids\n" : "\n");
    if (path !== "/") write(join(at, "cgroup.type"), "domain\n");
  }
}

const ask = (over: Partial<Parameters<typeof memoryControl>[0]> = {}) =>
  memoryControl({ env: {}, uid: 1000, wanted: true, root, ...over });

describe("who holds memory to limits", () => {
  test("the kernel, below the nearest group that hands memory on", () => {
    const session = "/user.slice/user-1000.slice/user@1000.service/app.slice";
    machine({
      ...{ "/": { shares: true }, [session]: { shares: true } },
      [`${session}/terminal.scope`]: { processes: "17\n" },
    });
    expect(ask()).toMatchObject({ kind: "kernel", parent: join(root, "sys/fs/cgroup", session) });
  });

  test("the kernel, below the group that holds everything, even with processes in it", () => {
    machine({ "/": { processes: "1\n2\n" } });
    expect(ask()).toMatchObject({ kind: "kernel", parent: join(root, "sys/fs/cgroup") });
  });

  test("a daemon that a job had to start does not begin below that job's group", () => {
    machine({
      "/deleg": { shares: true },
      "/deleg/headnode-0123abcd": { shares: true },
      "/deleg/headnode-0123abcd/7.-.0": {},
    });
    expect(ask()).toMatchObject({ kind: "kernel", parent: join(root, "sys/fs/cgroup/deleg") });
  });

  test("watching, where the group has processes and cannot hand memory on", () => {
    machine({ "/scope": { processes: "12\n" } });
    expect(ask()).toEqual({
      kind: "watching",
      why: "the control group that is yours has processes in it and cannot hand the control of memory on",
    });
  });

  test.each([
    ["", "no control groups of version 2 are mounted"],
    [mounted, "the kernel has its control of memory elsewhere, in control groups of version 1 or nowhere"],
  ])("watching, where the kernel has no such control (%#)", (mountinfo, why) => {
    machine({ "/": {} }, mountinfo);
    write("sys/fs/cgroup/cgroup.controllers", "hugetlb\n");
    expect(ask()).toEqual({ kind: "watching", why });
  });

  test("watching, where the config says so", () => {
    machine({ "/": {} });
    expect(ask({ wanted: false })).toEqual({ kind: "watching", why: "control_groups = false in [jobs]" });
  });
});

describe("systemd is asked for a scope", () => {
  const inSession = "/user.slice/user-1000.slice/session-3.scope";
  const inManager = "/user.slice/user-1000.slice/user@1000.service/app.slice/t.scope";
  const env = () => ({ PATH: join(root, "bin"), USER: "ada", XDG_RUNTIME_DIR: "/run/user/1000" });
  const booted = (own: string): void => {
    machine({ [own]: { processes: "12\n" } });
    write("bin/systemd-run", "#!/bin/sh\n", 0o755);
    write("run/systemd/system/x", "");
    write("run/user/1000/systemd/private", "");
  };
  const words = (who: string) => [
    join(root, "bin/systemd-run"),
    who,
    "--scope",
    "--quiet",
    "--collect",
    "-p",
    "Delegate=yes",
    "--",
  ];

  test("by root, of the system's", () => {
    booted(inSession);
    expect(ask({ env: env(), uid: 0 })).toMatchObject({ kind: "systemd", words: words("--system") });
  });

  test("by a user whose session is its user's systemd's", () => {
    booted(inManager);
    expect(ask({ env: env() })).toMatchObject({ kind: "systemd", words: words("--user") });
  });

  test("by a user only where jobs outlive the session", () => {
    booted(inSession);
    const reason =
      "no control group around this session is yours; loginctl enable-linger ada lets systemd give you one";
    chmodSync(join(root, "sys/fs/cgroup", inSession), 0o555);
    if (process.getuid?.() !== 0) expect(ask({ env: env() })).toEqual({ kind: "watching", why: reason });
    write("var/lib/systemd/linger/ada", "");
    expect(ask({ env: env() })).toMatchObject({ kind: "systemd", words: words("--user") });
  });
});

test("a process's group is a path below where the groups are mounted", () => {
  machine({ "/a/b.scope": {} });
  expect(groupOf("self", root)).toBe(join(root, "sys/fs/cgroup/a/b.scope"));
  expect(groupOf(12, root)).toBe(null);
});
