// Supervisors of the C runner, each of which has one job after the other.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Launch } from "../../src/model/launch.ts";
import { readRecords } from "../../src/runner/records.ts";
import { type Client, lives, onEachTest, type Rig, until } from "./rig.ts";

describe("the c runner's supervisors", () => {
  let rig: Rig;
  let client: Client;
  onEachTest("c", (...made) => {
    [rig, client] = made;
  });

  /** Runs a job to its end, and gives the lines that it wrote. */
  const played = async (key: string, script: string, over: Partial<Launch> = {}): Promise<string[]> => {
    const stdout = join(rig.directory, `${key}.out`);
    client.processes.launch(rig.shell(script, { key, stdout, stderr: "", ...over }));
    await client.end(key);
    return readFileSync(stdout, "utf8").trimEnd().split("\n");
  };
  const supervisorOf = async (key: string): Promise<number> => Number((await played(key, "echo $PPID"))[0]);
  const workplace = (pid: number): string => readFileSync(`/proc/${pid}/comm`, "utf8").trim();

  test("have one job after the other, and nothing of one is seen in the next", async () => {
    const facts =
      "echo $PPID; umask; pwd; ulimit -n; echo $ONE; ls /proc/$$/fd; exec grep -E 'SigIgn|SigBlk' /proc/self/status";
    const first = await played("1", facts);
    const timeline = [{ afterMs: 150, signal: 9, scope: "all", tag: "limit", notice: "never\n" } as const];
    const other = {
      umask: 0o077,
      cwd: "/",
      limits: ["nofile=64:64"],
      environment: ["PATH=/bin:/usr/bin", "ONE=1"],
      timeline,
    };
    const second = await played("2", facts, other);
    expect(second[0]).toBe(first[0]);
    expect(second.slice(1, 5)).toEqual(["0077", "/", "64", "1"]);
    expect(await played("3", `sleep 0.3; ${facts}`)).toEqual(first);
    expect(client.ended.get("3")).toMatchObject({ code: 0, signal: null, tag: "" });
  });

  test("count for each job what it used itself", async () => {
    writeFileSync(join(rig.directory, "large"), Buffer.alloc(1 << 20));
    const burn = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
    await played("1", `cat large large >copy; ${burn}`);
    await played("2", "cat large >copy");
    await played("3", "true");
    const read = ["1", "2", "3"].map((key) => Math.floor((client.ended.get(key)?.readBytes ?? 0) / (1 << 20)));
    expect(read).toEqual([2, 1, 0]);
    const written = ["1", "2", "3"].map((key) => Math.floor((client.ended.get(key)?.writtenBytes ?? 0) / (1 << 20)));
    expect(written).toEqual([2, 1, 0]);
    expect(client.ended.get("1")?.userMicros).toBeGreaterThan(100_000);
    expect(client.ended.get("3")?.userMicros).toBeLessThan(50_000);
  });

  test("leave the directories and files of their jobs", async () => {
    const supervisor = await supervisorOf("1");
    await until(() => readdirSync(`/proc/${supervisor}/fd`).length < 8);
    await until(() => readlinkSync(`/proc/${supervisor}/cwd`) === "/");
  });

  test.each([
    ["exec", { file: "/nowhere/program" }, "ENOENT"],
    ["exec", { file: "/etc/passwd" }, "EACCES"],
    ["limits", { limits: ["unheard=1:1"] }, "EINVAL"],
    ["stdin", { stdin: "/nowhere/in" }, "ENOENT"],
  ] as const)("tell of a second job why it failed at stage %s: %o", async (stage, over, errno) => {
    const supervisor = await supervisorOf("1");
    client.processes.launch(rig.launch({ key: "2", ...over }));
    expect(await client.failure("2")).toMatchObject({ stage, errno });
    expect(client.started.has("2")).toBe(false);
    expect(await supervisorOf("3")).not.toBe(supervisor);
  });

  test("wait with a second job for the reader of a FIFO, and can cancel it meanwhile", async () => {
    await supervisorOf("1");
    execFileSync("mkfifo", [join(rig.directory, "pipe")]);
    client.processes.launch(rig.shell("true", { key: "2", stdout: join(rig.directory, "pipe") }));
    await until(() => existsSync(join(rig.directory, "records/2")));
    client.processes.schedule("2", [{ afterMs: 0, signal: 9, scope: "all", tag: "cancel", notice: "" }], "replace");
    expect(await client.end("2")).toMatchObject({ signal: 9, tag: "cancel" });
  });

  test("one that is killed while it has none does no harm", async () => {
    const supervisor = await supervisorOf("1");
    process.kill(supervisor, "SIGKILL");
    const next = await supervisorOf("2");
    expect(next).not.toBe(supervisor);
    expect(client.ended.get("2")).toMatchObject({ code: 0 });
    expect(await supervisorOf("3")).toBe(next);
  });

  test("one that is killed before it has read its job has begun nothing: another one gets it", async () => {
    const supervisor = await supervisorOf("1");
    process.kill(supervisor, "SIGSTOP");
    const script = "echo $PPID >>begun; exit 3";
    client.processes.launch(rig.shell(script, { key: "2" }));
    await until(() => existsSync(join(rig.directory, "records/2")));
    await sleep(50);
    process.kill(supervisor, "SIGKILL");
    expect(await client.end("2")).toMatchObject({ code: 3 });
    expect(readRecords(rig.directory).find(({ key }) => key === "2")?.exited).toMatchObject({ code: 3 });
    expect(rig.read("begun")).toMatch(/^\d+\n$/);
    expect(Number(rig.read("begun"))).not.toBe(supervisor);
  });

  test("one that is killed after it was told something of its job may have begun it: that counts as killed", async () => {
    const supervisor = await supervisorOf("1");
    process.kill(supervisor, "SIGSTOP");
    client.processes.launch(rig.shell("echo never", { key: "2" }));
    client.processes.schedule("2", [], "add");
    await until(() => existsSync(join(rig.directory, "records/2")));
    await sleep(50);
    process.kill(supervisor, "SIGKILL");
    expect(await client.end("2")).toMatchObject({ signal: 9 });
  });

  test("one with a job that can't be ended whole takes no other", async () => {
    const service =
      "HEADNODE_JOB_MARK= HEADNODE_DETACHED=1 setsid sh -c 'echo $$; exec sleep 307' & sleep 0.2; echo $PPID";
    const [left, supervisor] = (await played("1", service)).map(Number);
    expect(await supervisorOf("2")).not.toBe(supervisor);
    expect(lives(left ?? 0)).toBe(true);
    process.kill(left ?? 0, "SIGKILL");
  });

  test("end with their runner", async () => {
    const supervisor = await supervisorOf("1");
    expect(workplace(supervisor)).toBe("runner");
    rig.runner.kill("SIGKILL");
    await until(() => !lives(supervisor));
  });

  test("few are kept after a rush, and each job of a rush has its own", async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `r${index}`);
    for (const key of keys)
      client.processes.launch(rig.shell("echo $PPID; until [ -e go ]; do sleep 0.05; done", { key }));
    await until(() => rig.read("out").trim().split("\n").length === keys.length);
    writeFileSync(join(rig.directory, "go"), "");
    for (const key of keys) await client.end(key);
    const supervisors = [...new Set(rig.read("out").trim().split("\n").map(Number))];
    expect(supervisors).toHaveLength(keys.length);
    const kept = await until(() => {
      const living = supervisors.filter(lives);
      return living.length <= 16 && living;
    });
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toContain(await supervisorOf("next"));
  });
});
