// A headnode of the bench's own: a temporary state directory, the commands first on PATH, and scripts to submit.

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { timeOf } from "./timing.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What the scripts do that are submitted. */
const scripts = {
  "true.sh": "#!/bin/bash\ntrue\n",
  // Bash tells the time without another process.
  "clock.sh": '#!/bin/bash\necho "$EPOCHREALTIME" >"$CLOCK"\n',
  "clocks.sh": '#!/bin/bash\nbegun=$EPOCHREALTIME\necho "$begun $EPOCHREALTIME" >>"$CLOCK"\n',
};

/** Opens it; `close` ends its daemon and removes everything. */
export function openSite() {
  const directory = mkdtempSync(join(tmpdir(), "headnode-bench-"));
  const native = existsSync(join(root, "shims/native/runner"));
  const shims = (family) => join(root, "shims", native ? "native" : "", family);
  const path = process.env.PATH.split(":").filter((place) => !place.includes(`${root}shims`));
  const env = {
    ...process.env,
    HEADNODE_HOME: join(directory, "state"),
    HEADNODE_CPUS: "2",
    CLOCK: join(directory, "clock"),
    PATH: [shims("slurm"), shims("sge"), join(root, "shims"), ...path].join(":"),
  };
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o755);
  }
  const sh = (line, count = 1) => timeOf(line, { cwd: directory, env, count });
  const output = (line) => spawnSync("/bin/sh", ["-c", line], { cwd: directory, env, encoding: "utf8" }).stdout.trim();
  return {
    ...{ directory, env, native, path: path.join(":"), sh, output },
    /** Nothing waits or runs afterwards. */
    clear: () => output('scancel -f -u "$(id -un)"; while [ -n "$(squeue -h)" ]; do sleep 0.1; done'),
    daemon: () => daemonOf(output("headnode daemon status --json")),
    stop: () => output("headnode daemon stop"),
    close() {
      output("headnode daemon stop");
      rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** What the system says of the daemon's process. */
function daemonOf(status) {
  const { pid } = JSON.parse(status);
  const text = () => readFileSync(`/proc/${pid}/status`, "utf8");
  const sum = (pattern) => [...text().matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);
  return {
    pid,
    /** Times it was woken or sent away. */
    switches: () => sum(/^(?:non)?voluntary_ctxt_switches:\s+(\d+)/gm),
    residentMb: () => sum(/^VmRSS:\s+(\d+)/gm) / 1024,
  };
}
