// Jobs that behave badly, with both runners: each ends with all it has started, and others run on untouched.

import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import type { TimelineRow } from "../../src/model/launch.ts";
import { type Client, lives, onEachTest, type Rig, until } from "./rig.ts";

const kill = (afterMs: number): TimelineRow => ({ afterMs, signal: 9, scope: "all", tag: "limit", notice: "over\n" });

describe.each(["c", "node"] as const)("the %s runner", (twin) => {
  let rig: Rig;
  let client: Client;

  onEachTest(twin, (...made) => {
    [rig, client] = made;
  });
  beforeEach(async () => {
    client.processes.launch(
      rig.shell("while [ ! -e leave ]; do sleep 0.05; done; echo well", { key: "2.0", stdout: "other" }),
    );
    await client.start("2.0");
  });

  /** The job that ran beside the bad one ends as it wanted to, and the runner still takes orders. */
  async function othersAreWell(): Promise<void> {
    client.processes.launch(rig.shell("touch leave", { key: "3.0" }));
    expect(await client.end("3.0")).toMatchObject({ code: 0 });
    expect(await client.end("2.0")).toMatchObject({ code: 0, tag: "" });
    expect(rig.read("other")).toBe("well\n");
  }

  test("ends one that floods its output", async () => {
    client.processes.launch(rig.shell("yes flood", { timeline: [kill(300)] }));
    expect(await client.end("1.0")).toMatchObject({ signal: 9, tag: "limit" });
    const size = statSync(join(rig.directory, "out")).size;
    expect(size).toBeGreaterThan(1000);
    await sleep(100);
    expect(statSync(join(rig.directory, "out")).size).toBe(size);
    await othersAreWell();
  });

  test("ends one that forks without end", async () => {
    // At most 40 at a time: enough to run away from a signal, and the machine stays usable.
    const bomb =
      "bomb() { i=0; while [ $i -lt 40 ]; do (sleep 0.01; :) & i=$((i + 1)); done; wait; }; while :; do bomb; done";
    client.processes.launch(rig.shell(`echo $$ >leader; ${bomb}`, { timeline: [kill(400)] }));
    expect(await client.end("1.0")).toMatchObject({ signal: 9, tag: "limit" });
    expect(lives(Number(rig.read("leader")))).toBe(false);
    await othersAreWell();
  });

  test("ends one that ignores every signal it can", async () => {
    const gentle: TimelineRow = { ...kill(200), signal: 15, notice: "" };
    const script = 'trap "" TERM INT HUP QUIT USR1; echo ready; while :; do sleep 0.1; done';
    client.processes.launch(rig.shell(script, { timeline: [gentle, kill(500)] }));
    const ending = await client.end("1.0");
    expect(ending).toMatchObject({ code: null, signal: 9, tag: "limit" });
    expect(ending.endedAt - ending.startedAt).toBeGreaterThanOrEqual(500);
    await othersAreWell();
  });

  test("ends what one has left behind in a session of its own, without streams and directory", async () => {
    const daemon = "setsid sh -c '(cd /; exec <&- >&- 2>&-; sleep 60 & echo $! >'$PWD'/left; wait) &'";
    client.processes.launch(rig.shell(`${daemon}; while [ ! -s left ]; do sleep 0.02; done`));
    expect(await client.end("1.0")).toMatchObject({ code: 0 });
    expect(lives(Number(rig.read("left")))).toBe(false);
    await othersAreWell();
  });

  test("knows the end of one that closes its streams", async () => {
    const script = "exec <&- >&- 2>&-; while [ ! -s err ]; do sleep 0.05; done; exit 5";
    client.processes.launch(rig.shell(script, { timeline: [{ ...kill(100), signal: 0, tag: "" }] }));
    expect(await client.end("1.0")).toMatchObject({ code: 5, signal: null });
    expect(rig.read("err")).toBe("over\n");
    await othersAreWell();
  });

  test("knows the end of one that removes its own directory, and its output with it", async () => {
    const cwd = join(rig.directory, "own");
    mkdirSync(cwd);
    const script = `rm -rf "${cwd}"; echo into nothing; sleep 0.2; exit 6`;
    const late: TimelineRow = { ...kill(100), signal: 0, tag: "" };
    client.processes.launch(rig.shell(script, { cwd, stdout: "out", stderr: "", timeline: [late] }));
    expect(await client.end("1.0")).toMatchObject({ code: 6 });
    expect(existsSync(cwd)).toBe(false);
    await othersAreWell();
  });

  test("says so when there is nothing to start in", async () => {
    client.processes.launch(rig.shell("true", { cwd: join(rig.directory, "gone") }));
    expect(await client.failure("1.0")).toMatchObject({ stage: "cwd", errno: "ENOENT" });
    await until(() => client.processes.running.size === 1);
    await othersAreWell();
  });
});
