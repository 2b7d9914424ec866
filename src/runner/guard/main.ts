// Ends the jobs of a Node runner that was killed. A shell waits for that and then becomes this main:
// guard/main.js DIRECTORY RUNNER_ID STARTED_MS.

import { signalJob } from "../job-processes.ts";
import { readRecords } from "../records.ts";

const [directory = "", runnerId = "", startedMs = "0"] = process.argv.slice(2);

// Where environments cannot be read, the records of this runner's time tell the leaders.
const leaders = readRecords(directory)
  .filter((record) => !record.exited && (record.started?.at ?? 0) >= Number(startedMs))
  .map((record) => record.started?.pid ?? 0);

for (const leader of [0, ...leaders]) signalJob({ leader, mark: `${runnerId}:` }, 9);
