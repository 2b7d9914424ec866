import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Launch } from "../../src/model/launch.ts";
import { connectTo, isBuilt, lives, type Rig, startRig, until } from "./rig.ts";

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

describe.each(["c", "node"] as const)("the daemon's client with the %s runner", (twin) => {
  let directory: string;
  beforeEach((context) => {
    if (!isBuilt(twin)) return context.skip();
    directory = realpathSync(mkdtempSync(join(tmpdir(), "headnode-client-")));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const launch = (script: string): Launch => ({
    ...{ key: "1.0", cwd: directory, fallbackCwd: "", umask: 0o022, append: true, affinity: "", limits: [] },
    ...{ stdin: "/dev/null", stdout: join(directory, "out"), stderr: "", file: "/bin/sh", argv: ["sh", "-c", script] },
    ...{ environment: ["PATH=/usr/bin:/bin"], timeline: [], memory: [] },
  });

  test("starts a runner that ends itself some time after its last job and daemon", async () => {
    const client = await connectTo(directory, twin === "c");
    expect(client.processes.kind).toBe(twin);
    client.processes.launch(launch("sleep 1"));
    await client.start("1.0");
    client.processes.close();
    await sleep(1000);
    const again = await connectTo(directory, twin === "c");
    expect(await again.end("1.0")).toMatchObject({ code: 0 });
    again.processes.acknowledge(["1.0"]);
    again.processes.close();
    const socket = join(directory, "runner.sock");
    expect(await answers(socket)).toBe(true);
    const before = Date.now();
    for (let living = true; living; living = await answers(socket)) await sleep(12_000);
    expect(Date.now() - before).toBeLessThan(25_000);
    expect(readFileSync(join(directory, "runner.log"), "utf8")).toBe("");
  });

  test("tells what records say that no runner knows of", async () => {
    mkdirSync(join(directory, "records"));
    writeFileSync(join(directory, "records", "1.0"), "started 7 1000\nexited exit 3 1000 2000 0 0 0 0 0 \n");
    writeFileSync(join(directory, "records", "2.0"), "started 7 1000\n");
    writeFileSync(join(directory, "records", "3.0"), "failed cwd ENOENT /x\n");
    const client = await connectTo(directory, twin === "c");
    expect(client.ended.get("1.0")).toMatchObject({ code: 3, startedAt: 1000, endedAt: 2000 });
    expect(client.ended.get("2.0")).toMatchObject({ signal: 9, startedAt: 1000, tag: "node-failure" });
    expect(client.failed.get("3.0")).toMatchObject({ stage: "cwd" });
    client.processes.close();
  });
});

test("a supervisor that is killed takes its job with it, and the job is recorded as killed", async (context) => {
  if (!isBuilt("c")) return context.skip();
  const rig: Rig = await startRig("c");
  const client = await rig.connect();
  client.processes.launch(rig.shell("setsid sleep 305 & echo $PPID $!; sleep 300; echo never"));
  client.processes.launch(rig.shell("sleep 1; exit 6", { key: "other" }));
  const leader = await client.start("1.0");
  const [supervisor = 0, child = 0] = await until(
    () => rig.read("out").includes("\n") && rig.read("out").split(" ").map(Number),
  );
  process.kill(supervisor, "SIGKILL");
  expect(await client.end("1.0")).toMatchObject({ code: null, signal: 9 });
  await until(() => !lives(leader) && !lives(child));
  expect(await client.end("other")).toMatchObject({ code: 6 });
  await rig.remove();
});
