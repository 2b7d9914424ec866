/** A process number that the system gives to somebody else, once the job that had it is over. */

import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type Client, lives, onEachTest, programs, type Rig, until } from "./rig.ts";

/** The number that the kernel gave last; whoever may write it chooses the next. */
const lastNumber = "/proc/sys/kernel/ns_last_pid";
let stranger: ChildProcess | undefined;
afterEach(() => stranger?.kill("SIGKILL"));

function mayChoose(): boolean {
  try {
    accessSync(lastNumber, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A process of somebody else with exactly that number, once nobody has it; others may be faster, so it is tried again. */
async function strangerWith(pid: number): Promise<ChildProcess> {
  await until(() => !existsSync(`/proc/${pid}`));
  return until(() => {
    writeFileSync(lastNumber, String(pid - 1));
    const process = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    if (process.pid === pid) return process;
    process.kill("SIGKILL");
    return undefined;
  });
}

/** Whether a runner listens there that hands out what it knows. */
async function answers(rig: Rig): Promise<boolean> {
  return rig.connect().then(
    () => true,
    () => false,
  );
}

describe.runIf(mayChoose()).each(["c", "node"] as const)("the %s runner", (twin) => {
  let rig: Rig;
  let client: Client;
  onEachTest(twin, (...made) => {
    [rig, client] = made;
  });

  test("leaves alone whoever has the number of a job that is over", async () => {
    const late = { afterMs: 1000, signal: 9, scope: "all", tag: "limit", notice: "over\n" } as const;
    client.processes.launch(rig.shell("sleep 0.2 & true", { timeline: [late] }));
    const pid = await client.start("1.0");
    await client.end("1.0");
    stranger = await strangerWith(pid);
    client.processes.schedule("1.0", [{ ...late, afterMs: 0 }], "add");
    await sleep(1200);
    expect(lives(pid)).toBe(true);
    expect(client.tags).toEqual([]);
  });

  test("that was killed takes its jobs with it, and nobody who has their number later", async () => {
    client.processes.launch(rig.shell("sleep 60"));
    const pid = await client.start("1.0");
    rig.runner.kill("SIGKILL");
    await until(() => !lives(pid));
    stranger = await strangerWith(pid);
    const [program = "", ...words] = programs[twin];
    const next = spawn(program, [...words, rig.directory], { stdio: "ignore" });
    try {
      await until(() => answers(rig));
      await sleep(300);
      expect(lives(pid)).toBe(true);
    } finally {
      next.kill("SIGKILL");
      await until(() => next.signalCode !== null || next.exitCode !== null);
    }
  });
});
