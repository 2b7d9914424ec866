import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { connect } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Lines } from "../../src/backends/backend.ts";
import type { Launch } from "../../src/model/launch.ts";
import { decodeStrings, encodeFrame, encodeStrings, frameReader } from "../../src/relay/frames.ts";
import { encodeLaunch, largestFrame } from "../../src/runner/protocol.ts";
import { readRecords, withdraw } from "../../src/runner/records.ts";
import { type Client, connectTo, onEachTest, type Rig, until } from "./rig.ts";

describe.each(["c", "node"] as const)("the %s runner", (twin) => {
  let rig: Rig;
  let client: Client;
  onEachTest(twin, (...made) => {
    [rig, client] = made;
  });

  const lines = (of = client): Lines => of.processes.lines ?? expect.fail("the runner knows of no lines");
  const member = (key: string, script: string, over: Partial<Launch> = {}): Launch =>
    rig.shell(script, { key, line: "7", ...over });
  const begin = (key: string, script: string, over: Partial<Launch> = {}): void =>
    client.processes.launch(member(key, script, over));
  const follow = (key: string, script: string, over: Partial<Launch> = {}): void =>
    lines().follow(member(key, script, over));
  const records = (): string[] => readdirSync(join(rig.directory, "records")).toSorted();
  const gate = (name: string): string => `until [ -e ${name} ]; do sleep 0.02; done`;
  const open = (name: string): void => symlinkSync("/dev/null", join(rig.directory, name));

  test("begins what waits in its order, each when the one before has ended", async () => {
    begin("1", `${gate("go")}; echo 1`);
    for (const key of ["2", "3", "4"]) follow(key, `echo ${key}; sleep 0.05; echo end ${key}`);
    await client.start("1");
    await sleep(50);
    expect(records()).toEqual(["1"]);
    open("go");
    await client.end("4");
    expect(rig.read("out")).toBe("1\n2\nend 2\n3\nend 3\n4\nend 4\n");
    expect([...client.ended.keys()]).toEqual(["1", "2", "3", "4"]);
    const times = ["1", "2", "3", "4"].map((key) => client.ended.get(key));
    times.slice(1).forEach((ending, at) => {
      expect(ending?.startedAt).toBeGreaterThanOrEqual(times[at]?.endedAt ?? Number.POSITIVE_INFINITY);
    });
  });

  test("keeps a line for its members", async () => {
    begin("1", gate("go"));
    follow("other", "echo other", { line: "8" });
    client.processes.launch(rig.shell("echo alone", { key: "alone" }));
    await client.end("alone");
    follow("2", "echo 2");
    open("go");
    await client.end("2");
    expect(client.started.has("other")).toBe(false);
    expect(rig.read("out")).toBe("alone\n2\n");
  });

  test("gives one the processors of the one in whose place it is begun", async ({ skip }) => {
    if (availableParallelism() < 2) skip();
    const where = "grep Cpus_allowed_list /proc/$$/status";
    begin("1", `${gate("go")}; ${where}`, { affinity: "1" });
    for (const key of ["2", "3"]) follow(key, where, { affinity: "0" });
    open("go");
    await client.end("3");
    expect(rig.read("out").match(/\d+/g)).toEqual(["1", "1", "1"]);
  });

  test("begins at once where a member has ended and that is not acknowledged, the first to end first", async () => {
    begin("1", `sleep 0.2`, { affinity: "0" });
    begin("2", "true");
    await client.end("2");
    await client.end("1");
    follow("3", gate("go"));
    follow("4", gate("go"));
    follow("5", "echo five");
    await client.start("4");
    client.processes.acknowledge(["1", "2"]);
    await until(() => records().length === 2);
    const found = readRecords(rig.directory).map(({ key, after }) => [key, after?.key]);
    expect(Object.fromEntries(found)).toEqual({ 3: "2", 4: "1" });
    expect(client.started.has("5")).toBe(false);
    open("go");
    await client.end("5");
  });

  test("does not begin in the place of one that is acknowledged", async () => {
    begin("1", "true");
    await client.end("1");
    client.processes.acknowledge(["1"]);
    follow("2", "true");
    await sleep(100);
    expect(records()).toEqual([]);
    expect([...(lines().withdraw(["2"]) ?? [])]).toEqual([]);
  });

  test("what is taken back never begins, and the next one has its place", async () => {
    begin("1", gate("go"));
    for (const key of ["2", "3"]) follow(key, `echo ${key}`);
    await client.start("1");
    expect([...lines().withdraw(["2"])]).toEqual([]);
    open("go");
    await client.end("3");
    expect(rig.read("out")).toBe("3\n");
    await until(() => !records().includes("2"));
    follow("2", "echo again");
    expect(await client.end("2")).toMatchObject({ code: 0 });
  });

  test("what was withdrawn without the runner's knowledge is passed over, without a word", async () => {
    begin("1", gate("go"));
    for (const key of ["2", "3"]) follow(key, `echo ${key}`);
    await client.start("1");
    expect(withdraw(rig.directory, "2")).toBe(true);
    open("go");
    await client.end("3");
    expect(rig.read("out")).toBe("3\n");
    expect(client.failed.size).toBe(0);
  });

  test("what has begun can't be taken back", async () => {
    begin("1", "true");
    for (const key of ["2", "3"]) follow(key, "sleep 0.2; exit 4");
    await client.start("2");
    expect([...lines().withdraw(["2", "3"])]).toEqual(["2"]);
    expect(await client.end("2")).toMatchObject({ code: 4 });
    await until(() => !records().includes("3"));
    expect(client.started.has("3")).toBe(false);
  });

  test("one that can't be started is told, and passes its place on", async () => {
    begin("1", gate("go"));
    follow("2", "true", { stdout: "/nowhere/out" });
    follow("3", "true", { file: "/nowhere/program" });
    follow("4", "echo 4");
    open("go");
    await client.end("4");
    expect(client.failed.get("2")).toMatchObject({ stage: "stdout", errno: "ENOENT" });
    expect(client.failed.get("3")).toMatchObject({ stage: "exec", errno: "ENOENT" });
    expect(readRecords(rig.directory).find(({ key }) => key === "4")?.after?.key).toBe("3");
  });

  test("one without a line, or with a key that is no file name, is refused", async () => {
    begin("1", gate("go"));
    follow("2", "true", { line: "" });
    follow("../evil", "true");
    expect(await client.failure("2")).toMatchObject({ stage: "record", errno: "EINVAL" });
    expect(await client.failure("../evil")).toMatchObject({ stage: "record", errno: "EINVAL" });
    open("go");
    await client.end("1");
  });

  test("what waits is forgotten with the connection, also with one that is replaced", async () => {
    begin("1", gate("go"));
    follow("2", "echo never");
    await client.start("1");
    const next = await rig.connect();
    lines(next).follow(member("3", "echo never"));
    next.processes.close();
    await sleep(100);
    open("go");
    await until(() => readRecords(rig.directory).some(({ exited }) => exited));
    await sleep(100);
    expect(records()).toEqual(["1"]);
    expect(rig.read("out")).toBe("");
  });

  test("tells the next daemon what was begun in whose place, before anything else of it", async () => {
    begin("1", "true");
    follow("2", "exit 2", { note: "place 2\nx" });
    follow("3", gate("go"), { note: "" });
    await client.start("3");
    client.processes.close();
    const next = await rig.connect();
    expect(next.followed).toEqual(["2 1 place 2\nx", "3 2 "]);
    expect(next.ended.get("2")).toMatchObject({ code: 2 });
    expect([...next.processes.running.keys()]).toEqual(["3"]);
    lines(next).follow(member("4", "exit 4"));
    open("go");
    expect(await next.end("4")).toMatchObject({ code: 4 });
    next.processes.acknowledge(["1", "2"]);
    await until(() => records().length === 2);
    next.processes.close();
    const last = await rig.connect();
    expect(last.followed).toEqual(["3 2 ", "4 3 "]);
  });

  test("the records of a killed runner tell it too, in the order in which they were begun", async () => {
    begin("z", "true");
    follow("y", "exit 2", { note: "place 2\nx" });
    follow("x", gate("go"));
    follow("w", "echo never");
    await client.start("x");
    expect(withdraw(rig.directory, "v")).toBe(true);
    rig.runner.kill("SIGKILL");
    await until(() => client.lost());
    const next = await connectTo(rig.directory, twin === "c");
    expect(next.followed).toEqual(["y z place 2?x", "x y "]);
    expect([...next.ended.keys()]).toEqual(["z", "y", "x"]);
    expect(next.ended.get("y")).toMatchObject({ code: 2 });
    expect(next.ended.get("x")).toMatchObject({ signal: 9, tag: "node-failure" });
    expect(records()).toEqual(["x", "y", "z"]);
    next.processes.acknowledge(["x", "y", "z"]);
    await until(() => records().length === 0);
    next.processes.close();
  });

  test("an older daemon, which says neither line nor note, is served as before", async () => {
    const socket = connect(join(rig.directory, "runner.sock"));
    const heard: string[][] = [];
    socket.on(
      "data",
      frameReader(largestFrame, (kind, payload) => heard.push([kind, ...decodeStrings(payload)])),
    );
    const strings = decodeStrings(encodeLaunch(rig.shell("exit 5")).subarray(5));
    socket.write(encodeFrame("Q"));
    socket.write(encodeFrame("L", encodeStrings(strings.slice(0, -3))));
    const ending = await until(() => heard.find(([kind]) => kind === "X"));
    expect(ending.slice(1, 4)).toEqual(["1.0", "exit", "5"]);
    socket.destroy();
  });

  test("follows on through a long line, and holds no more than its records", async () => {
    const keys = Array.from({ length: 150 }, (_, index) => `9.${index}`);
    const quick = { file: "/bin/true", argv: ["true"], stdout: "/dev/null", stderr: "" };
    const [first = "", second = "", ...others] = keys;
    for (const key of [first, second]) begin(key, "", quick);
    for (const key of others) follow(key, "", quick);
    for (const key of keys) {
      expect(await client.end(key)).toMatchObject({ code: 0 });
      client.processes.acknowledge([key]);
    }
    await until(() => records().length === 0);
    expect(existsSync(join(rig.directory, "withdrawn"))).toBe(true);
  });
});
