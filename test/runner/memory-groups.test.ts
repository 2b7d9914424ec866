// Limits of memory that the kernel keeps, with both runners: a directory plays the control group, and where this machine lets us have real ones they are used.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectProcesses } from "../../src/backends/processes.ts";
import { inGroup, prepareMemory } from "../../src/backends/runner-memory.ts";
import type { Ending, MemoryRow } from "../../src/model/launch.ts";
import { groupOf, memoryControl } from "../../src/relay/memory-control.ts";
import { openGroup, openGroups } from "../../src/relay/memory-groups.ts";
import { type Client, onEachTest, type Rig, until } from "./rig.ts";

const MiB = 1024;
const row = (over: Partial<MemoryRow> = {}): MemoryRow => ({
  ...{ measure: "resident", limitKiB: 60 * MiB, signal: 9, scope: "STEP=", tag: "" },
  ...over,
});

/** The kernel makes these files by itself. */
function playGroup(path: string): string {
  mkdirSync(path, { recursive: true });
  for (const file of ["memory.max", "memory.swap.max", "cgroup.procs", "cgroup.subtree_control"])
    writeFileSync(join(path, file), "");
  writeFileSync(join(path, "memory.events"), "low 0\nhigh 0\nmax 0\noom 3\noom_kill 3\noom_group_kill 0\n");
  return path;
}

describe.each(["c", "node"] as const)("the %s runner", (twin) => {
  let rig: Rig;
  let client: Client;
  onEachTest(twin, (...made) => {
    [rig, client] = made;
  });

  test("makes the group, goes into it, and counts what the kernel killed there since", async () => {
    const group = playGroup(join(rig.directory, "group"));
    const script = `sed -i "s/oom_kill 3/oom_kill 5/" ${group}/memory.events`;
    client.processes.launch(rig.shell(script, { memory: [row()], memoryGroup: group }));
    expect(await client.end("1.0")).toMatchObject({ code: 0, memoryKills: 2 });
    const read = (file: string) => readFileSync(join(group, file), "utf8");
    expect([read("memory.max"), read("memory.swap.max"), read("cgroup.procs").trim()]).toEqual([
      `${60 << 20}`,
      "0",
      "0",
    ]);
  });

  test("runs the job, watched, where there can be no such group", async () => {
    const memory = [row({ limitKiB: 150 * MiB, scope: "largest" })];
    const hog = `"${process.execPath}" -e 'const all = Buffer.alloc(400 << 20, 1); setTimeout(() => all, 60_000)'; echo $?`;
    client.processes.launch(rig.shell(hog, { memory, memoryGroup: join(rig.directory, "none/such") }));
    expect(await client.end("1.0")).toMatchObject({ code: 0, memoryKills: 1 });
    expect(rig.read("out")).toBe("137\n");
  });

  const control = memoryControl({ env: {}, wanted: true });
  test.runIf(control.kind === "kernel")(
    "has the kernel end a hog, in a real group that goes with the job",
    async () => {
      const groups = control.kind === "kernel" ? openGroups(control.parent, `headnode-test-${process.pid}`) : "";
      const memoryGroup = join(groups, "1.0");
      const hog = `"${process.execPath}" -e 'const all = Buffer.alloc(400 << 20, 1); setTimeout(() => all, 60_000)'; echo $?; cat /proc/self/cgroup`;
      client.processes.launch(rig.shell(hog, { memory: [row()], memoryGroup }));
      expect(await client.end("1.0")).toMatchObject({ code: 0, memoryKills: 1 });
      expect(rig.read("out")).toMatch(/^137\n0::.*\/1\.0$/m);
      rmSync(groups, { recursive: false, force: true });
    },
  );
});

describe("groups of a runner's jobs", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "headnode-memory-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const watched = { control: { kind: "watching", why: "there is none" }, startedPid: null } as const;

  test("are made below the one that hands memory on; what is empty there goes", () => {
    const parent = playGroup(join(directory, "deleg"));
    const own = playGroup(join(parent, "headnode-x"));
    mkdirSync(join(own, "old"));
    expect(openGroups(parent, "headnode-x")).toBe(own);
    expect(readFileSync(join(own, "cgroup.subtree_control"), "utf8")).toBe("+memory");
    expect(() => readFileSync(join(own, "old"))).toThrow("ENOENT");
  });

  test("are not for machines that do not have them", () => {
    const memory = prepareMemory({ ...watched, directory });
    expect(memory).toEqual({ groups: "", said: "by watching the processes: there is none" });
    expect(openGroup("", 5)).toBe(null);
    expect(openGroup(join(directory, "plain"), 5)).toBe(null);
    expect(() => readFileSync(join(directory, "plain"))).toThrow("ENOENT");
  });

  test("are for what is in memory and killed for it, not for address space or warnings", () => {
    const launch = (memory: MemoryRow) => ({ key: "4.0", memory: [memory] }) as never;
    const said = { groups: "/g", said: "" };
    expect(inGroup(launch(row()), said).memoryGroup).toBe("/g/4.0");
    expect(inGroup(launch(row({ measure: "virtual" })), said).memoryGroup).toBe(undefined);
    expect(inGroup(launch(row({ scope: "all" })), said).memoryGroup).toBe(undefined);
    expect(inGroup(launch(row()), { groups: "", said: "" }).memoryGroup).toBe(undefined);
  });

  test.each([
    ["gives it a scope that is none", 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"'],
    ["does not work", "exit 1"],
  ])("a runner comes up, and its jobs are watched, where systemd-run %s", async (_what, script) => {
    const program = join(directory, "systemd-run");
    writeFileSync(program, `#!/bin/sh\necho "$@" >>${directory}/asked\n${script}\n`, { mode: 0o755 });
    const words = [program, "--user", "--scope", "--"];
    const ended = new Map<string, Ending>();
    const heard = () => undefined;
    const events = {
      started: heard,
      failed: heard,
      tagged: heard,
      followed: heard,
      lost: heard,
      ended: (end: Ending) => void ended.set(end.key, end),
    };
    const control = { kind: "systemd", words, why: "" } as const;
    const backend = await connectProcesses({ directory, native: true, control, events });
    expect(readFileSync(join(directory, "asked"), "utf8")).toMatch(/^--user --scope -- /);
    expect(backend.memory).toBe("by watching the processes: the kernel did not take the control groups");
    backend.launch({
      ...{ key: "1.0", cwd: "/", fallbackCwd: "", umask: 0o022, stdin: "/dev/null", stdout: "/dev/null", stderr: "" },
      ...{ append: true, affinity: "", limits: [], file: "/bin/true", argv: ["true"], environment: [], timeline: [] },
      memory: [row()],
    });
    expect(await until(() => ended.get("1.0"))).toMatchObject({ code: 0 });
    backend.acknowledge(["1.0"]);
    backend.close();
    await until(() => backend.running.size === 0);
  });
});

test("this process's own group is known where there are any", () => {
  expect(groupOf("self") ?? "/").toMatch(/^\//);
});
