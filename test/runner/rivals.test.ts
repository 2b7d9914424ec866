/** Runners that are started at the same instant: one lives, and it is the one that is reached. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isBuilt, lives, programs, type Twin, until } from "./rig.ts";

let directory: string;
let rivals: ChildProcess[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "headnode-rivals-"));
  rivals = [];
});
afterEach(async () => {
  for (const rival of rivals) if (rival.pid !== undefined && lives(rival.pid)) rival.kill("SIGKILL");
  await until(() => living().length === 0);
  rmSync(directory, { recursive: true, force: true });
});

const living = (): readonly ChildProcess[] => rivals.filter(({ pid }) => pid !== undefined && lives(pid));

/** A socket's file that nobody listens at, as a runner that was killed leaves it. */
async function leaveStaleSocket(path: string): Promise<void> {
  const program = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  const gone = spawn(process.execPath, ["-e", program]);
  await new Promise((resolve) => gone.once("exit", resolve));
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

describe.each((["c", "node"] as const).filter(isBuilt))("%s runners", (twin: Twin) => {
  test.each([1, 2, 3])("started together, beside a socket that is nobody's (%i)", async () => {
    const path = join(directory, "runner.sock");
    await leaveStaleSocket(path);
    const [program = "", ...words] = programs[twin];
    rivals = Array.from({ length: twin === "c" ? 16 : 4 }, () =>
      spawn(program, [...words, directory, path], { cwd: directory, stdio: "ignore" }),
    );
    await until(() => living().length === 1);
    await until(() => answers(path));
    expect(living().length).toBe(1);
  });
});

test("a stale socket is one that nobody listens at", async () => {
  const path = join(directory, "stale.sock");
  await leaveStaleSocket(path);
  expect(await answers(path)).toBe(false);
  const refused = await new Promise<string>((resolve) => {
    createServer()
      .once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""))
      .listen(path);
  });
  expect(refused).toBe("EADDRINUSE");
});
