// Has the daemon's code kept as the engine compiled it, for starts to come: a daemon of its own gets two jobs that nobody
// lets run, and is told to go. Without what it keeps everything works, and a start takes a little longer.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "dist", "bundle");
const patienceMs = 30_000;

async function keepCode(home) {
  const state = join(home, "state");
  const script = join(home, "job.sh");
  await mkdir(state, { mode: 0o700 });
  await writeFile(script, "#!/bin/sh\n");
  const env = { PATH: process.env.PATH, HOME: home, HEADNODE_HOME: state, HEADNODE_CONFIG: join(home, "none") };
  const daemon = spawn(process.execPath, [join(root, "shims", "daemon", "daemon.cjs"), state], {
    env: { ...env, HEADNODE_KEEP_CODE: "1" },
    stdio: ["ignore", "ignore", "inherit", "pipe"],
    timeout: patienceMs,
  });
  const ended = once(daemon, "exit");
  await Promise.race([once(daemon.stdio[3], "data"), ended]);
  for (const words of [
    ["slurm/sbatch", "--hold", script],
    ["sge/qsub", "-h", script],
    ["headnode", "daemon", "stop"],
  ])
    await run(process.execPath, [join(root, "shims", words[0]), ...words.slice(1)], { cwd: home, env });
  await ended;
}

/** There is a file to keep the code of, and none is kept for this version of the engine. */
const isWanted = () =>
  existsSync(join(folder, "daemon.cjs")) && !readdirSync(folder).some((name) => name.includes(process.versions.v8));

if (isWanted()) {
  const home = await mkdtemp(join(tmpdir(), "headnode-warm-"));
  try {
    await keepCode(home);
  } catch (error) {
    const reason = String(error.stderr || error.message).split("\n", 1)[0];
    console.log(`headnode: the daemon's code could not be kept compiled (${reason}); it starts without`);
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
