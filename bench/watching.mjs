// What it costs to watch 100 running jobs that have limits of memory: processor time of the runner and its supervisors,
// as a share of one core. Usage: node bench/watching.mjs [c|node] [JOBS] [SECONDS]

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectProcesses } from "../dist/backends/processes.js";

const [kinds = "c,node", jobs = "100", seconds = "10"] = process.argv.slice(2);
/** The runner and its supervisors: every process of that program, by the directory it works for. */
function nanosecondsOf(leaders, directory) {
  const table = execFileSync("ps", ["-axo", "pid=,ppid=,args="], { encoding: "utf8" });
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  const own = rows.filter(([pid, , ...args]) => args.includes(directory) && !leaders.has(Number(pid)));
  return own.reduce((sum, [pid]) => {
    try {
      // In nanoseconds: hundredths of a second would come to nothing for each supervisor.
      return sum + Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      return sum; // it has ended
    }
  }, 0);
}

async function measure(kind) {
  const directory = mkdtempSync(join(tmpdir(), "headnode-watching-"));
  const leaders = new Set();
  let left = Number(jobs);
  const events = {
    started: (_key, pid) => void leaders.add(pid),
    failed: () => left--,
    ended: () => left--,
    lost: () => undefined,
  };
  const runner = await connectProcesses({ directory, native: kind === "c", events });
  const limit = { measure: "resident", limitKiB: 1 << 20, signal: 9, scope: "largest", tag: "" };
  for (let job = 0; job < Number(jobs); job++)
    runner.launch({
      ...{ key: `${job}.0`, cwd: directory, fallbackCwd: "", umask: 0o022, append: true, affinity: "", limits: [] },
      ...{ stdin: "/dev/null", stdout: "/dev/null", stderr: "", file: "/bin/sh", timeline: [], memory: [limit] },
      ...{ argv: ["sh", "-c", "sleep 600; true"], environment: [`PATH=${process.env.PATH}`] },
    });
  while (leaders.size < Number(jobs)) await sleep(50);
  await sleep(3000); // what starts is looked at more often
  const before = nanosecondsOf(leaders, directory);
  await sleep(Number(seconds) * 1000);
  const share = (nanosecondsOf(leaders, directory) - before) / 1e9 / Number(seconds);
  console.log(`watching ${jobs} jobs, ${runner.kind} runner: ${(share * 100).toFixed(2)} % of a core`);
  const end = [{ afterMs: 0, signal: 9, scope: "all", tag: "", notice: "" }];
  for (let job = 0; job < Number(jobs); job++) runner.schedule(`${job}.0`, end, "add");
  while (left > 0) await sleep(50);
  runner.close();
  await sleep(500);
  rmSync(directory, { recursive: true, force: true });
}

for (const kind of kinds.split(",")) await measure(kind);
