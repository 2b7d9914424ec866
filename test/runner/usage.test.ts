// What jobs use, and what happens to those that use more memory than they may, with both runners.

import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { MemoryRow } from "../../src/model/launch.ts";
import { type Client, lives, onEachTest, type Rig, until } from "./rig.ts";

const MiB = 1024;
const limit = (over: Partial<MemoryRow>): MemoryRow => ({
  ...{ measure: "resident", limitKiB: 150 * MiB, signal: 9, scope: "largest", tag: "" },
  ...over,
});
const node = (script: string): string => `"${process.execPath}" -e '${script}'`;
/** Takes 400 MiB and keeps them for a minute. */
const hog = node("const all = Buffer.alloc(400 << 20, 1); setTimeout(() => all, 60_000);");

describe.each(["c", "node"] as const)("the %s runner", (twin) => {
  let rig: Rig;
  let client: Client;
  onEachTest(twin, (...made) => {
    [rig, client] = made;
  });

  test("counts what a short job and its children read and wrote", async () => {
    client.processes.launch(rig.shell("head -c 1000000 /dev/zero >file; cat file >/dev/null"));
    const { readBytes, writtenBytes, minorFaults, maxRssKiB, maxVirtualKiB } = await client.end("1.0");
    expect(writtenBytes).toBeGreaterThanOrEqual(2_000_000);
    expect(writtenBytes).toBeLessThan(2_100_000);
    expect(readBytes).toBeGreaterThanOrEqual(2_000_000);
    expect(readBytes).toBeLessThan(2_300_000);
    expect(minorFaults).toBeGreaterThan(50);
    expect(maxVirtualKiB).toBeGreaterThanOrEqual(maxRssKiB);
  });

  test.runIf(twin === "c")("knows the memory of a job that nobody had the time to look at", async () => {
    client.processes.launch(rig.shell("exec /bin/true"));
    const ending = await client.end("1.0");
    expect(ending.maxRssKiB).toBeGreaterThan(500);
    expect(ending.voluntarySwitches + ending.involuntarySwitches).toBeGreaterThan(0);
  });

  test("tells what a job uses while it runs, of all its processes; of others nothing", async () => {
    client.processes.launch(
      rig.shell(`dd if=/dev/zero of=file bs=1000 count=1000 2>/dev/null; touch written; sleep 60`),
    );
    await client.start("1.0");
    await until(() => existsSync(`${rig.directory}/written`));
    const pid = client.started.get("1.0") ?? 0;
    const found = await until(async () => {
      const all = await client.processes.usage(["1.0", "nobody"]);
      return (all.get("1.0")?.pids.length ?? 0) > 1 ? all : undefined;
    });
    const used = found.get("1.0");
    expect([...found.keys()]).toEqual(["1.0"]);
    expect(used?.pids).toContain(pid);
    expect(used?.rssKiB).toBeGreaterThan(500);
    expect(used?.virtualKiB).toBeGreaterThan(used?.rssKiB ?? 0);
    expect(used?.writtenBytes).toBeGreaterThanOrEqual(1_000_000);
    expect(used?.maxRssKiB).toBeGreaterThanOrEqual(used?.rssKiB ?? 0);
    client.processes.schedule("1.0", [{ afterMs: 0, signal: 9, scope: "all", tag: "", notice: "" }], "add");
    await client.end("1.0");
    expect(await client.processes.usage(["1.0"])).toEqual(new Map());
    expect(await client.processes.usage([])).toEqual(new Map());
  });

  test("a process that takes more memory than its job may is killed, and the script goes on", async () => {
    client.processes.launch(rig.shell(`${hog}; echo "ended with $?"; sleep 0.3`, { memory: [limit({})] }));
    client.processes.launch(rig.shell("sleep 2", { key: "2.0", memory: [limit({})] }));
    const ending = await client.end("1.0");
    expect(rig.read("out")).toBe("ended with 137\n");
    expect(ending).toMatchObject({ code: 0, signal: null, memoryKills: 1, tag: "" });
    expect(ending.maxRssKiB).toBeGreaterThan(150 * MiB);
    expect(ending.endedAt - ending.startedAt).toBeLessThan(10_000);
    expect(await client.end("2.0")).toMatchObject({ code: 0, memoryKills: 0 });
  });

  test("what has the variable of a step is left to others for a while, and ended all the same", async () => {
    const memory = [limit({ scope: "STEP=" })];
    client.processes.launch(rig.shell(`STEP=0 ${hog}; echo "rc $?"`, { memory }));
    const ending = await client.end("1.0");
    expect(ending).toMatchObject({ code: 0, memoryKills: 1 });
    expect(ending.endedAt - ending.startedAt).toBeGreaterThan(1_000);
    expect(rig.read("out")).toBe("rc 137\n");
  });

  test("all of a job is ended when its processes together take more than it may", async () => {
    const half = node("const all = Buffer.alloc(90 << 20, 1); setTimeout(() => all, 60_000);");
    const memory = [limit({ scope: "all", tag: "limit", limitKiB: 160 * MiB })];
    client.processes.launch(rig.shell(`${half} & echo $! >child; ${half}; echo never`, { memory }));
    expect(await client.end("1.0")).toMatchObject({ code: null, signal: 9, memoryKills: 0, tag: "limit" });
    expect(lives(Number(rig.read("child")))).toBe(false);
    expect(rig.read("out")).toBe("");
  });

  test("address space is limited too, and a warning comes once", async () => {
    const memory = [limit({ measure: "virtual", limitKiB: MiB, signal: 10, scope: "all" })];
    client.processes.launch(rig.shell('trap "echo warned" USR1; for i in 1 2 3 4; do sleep 0.5; done', { memory }));
    expect(await client.end("1.0")).toMatchObject({ code: 0, memoryKills: 0, tag: "" });
    expect(rig.read("out")).toBe("warned\n");
  });

  test.runIf(existsSync("/usr/bin/perl"))("memory that forked processes share counts once", async () => {
    const forks =
      'my $all = "x" x (100 << 20); for (1 .. 3) { fork or do { sleep 2; exit } } sleep 2; print length $all';
    const memory = [limit({ limitKiB: 250 * MiB })];
    client.processes.launch(rig.launch({ file: "/usr/bin/perl", argv: ["perl", "-e", forks], memory }));
    expect(await client.end("1.0")).toMatchObject({ code: 0, memoryKills: 0 });
    expect(rig.read("out")).toBe(String(100 << 20));
  });
});
