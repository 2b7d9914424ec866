/** Owns how a Slurm job is started on this machine. */

import type { Dialect, Kin, Start, StartPlan } from "../../language/dialect.ts";
import { launchKey } from "../../model/job.ts";
import type { MemoryRow } from "../../model/launch.ts";
import { judge, judgeFailure, limits, memoryLimits, stop } from "./endings.ts";
import { environmentOf } from "./environment.ts";
import { geometryOf } from "./geometry.ts";
import { mail, strandedMail } from "./mail.ts";
import { directoryOf, streamsOf } from "./streams.ts";

/** Slurm to the daemon. */
export const slurmDialect: Dialect = {
  name: "slurm",
  scriptName: () => "slurm_script",
  pausesLimits: true,
  ...{ plan, judge, judgeFailure, stop, limits, mail, strandedMail },
};

// The spooled copy is executed itself, so $0 is its path and its #! line counts.
function plan(start: Start): StartPlan {
  const { job, element, scriptPath } = start;
  if (job.attended) return attendedPlan(start);
  const streams = streamsOf(job, {
    jobId: element.id,
    arrayJobId: job.id,
    index: element.index,
    jobName: job.name,
    user: job.user.name,
    host: start.machine.hostName.split(".")[0] ?? "",
  });
  return {
    launch: {
      key: launchKey(element),
      cwd: job.workingDirectory,
      fallbackCwd: "/tmp",
      umask: job.umask,
      ...streams,
      append: job.spec.openMode === "append",
      affinity: element.cpuList,
      limits: start.once(limitsOf),
      file: scriptPath,
      argv: [scriptPath, ...job.command.slice(1)],
      environment: environmentOf(start),
      timeline: limits(start, 0),
      memory: start.once(memoryLimitsOf),
    },
    makeDirectories: start.cluster.strict
      ? []
      : outputDirectories(job.workingDirectory, [streams.stdout, streams.stderr]),
    fallbackNotice: chdirNotice(job.workingDirectory).repeat(2),
    removeDirectories: [],
    writeFiles: [],
  };
}

// Slurm sets the limit of memory, which no kernel keeps any more, to what the job asked for.
function limitsOf({ job, cluster }: Kin): readonly string[] {
  const own = job.limits.split(" ").filter(Boolean);
  const { memory } = geometryOf(job.spec, cluster);
  const set = memory === 0 || job.spec.memoryPerNode === 0 ? [] : [`rss=${memory}`];
  return [...own.filter((limit) => set.length === 0 || !limit.startsWith("rss=")), ...set].map((limit) => `${limit}:`);
}

function memoryLimitsOf({ job, cluster }: Kin): readonly MemoryRow[] {
  return memoryLimits(job, cluster);
}

// srun and salloc start things themselves. Where nobody attends any more (--no-shell) something has to hold the place.
function attendedPlan(start: Start): StartPlan {
  const { job, element } = start;
  const streams = { stdin: "/dev/null", stdout: "/dev/null", stderr: "", append: false };
  return {
    launch: {
      ...{ ...streams, key: launchKey(element), cwd: "/", fallbackCwd: "/", umask: job.umask, affinity: "" },
      ...{ limits: [], environment: [], timeline: limits(start, 0), memory: [] },
      ...(job.command.length === 0 ? placeholder : { file: "", argv: [] }),
    },
    ...{ makeDirectories: [], fallbackNotice: "", removeDirectories: [], writeFiles: [] },
  };
}

const placeholder = { file: "/bin/sleep", argv: ["sleep", String(2 ** 31 - 1)] };

// Slurm lets a job fail whose output directory is missing; on a laptop it is made. The working directory never is.
function outputDirectories(workingDirectory: string, files: readonly string[]): readonly string[] {
  const directories = files.filter((file) => file !== "").map(directoryOf);
  return [...new Set(directories)].filter((directory) => directory !== workingDirectory && directory !== "/dev");
}

// Slurm says it once when it makes ready and once when it starts the shell.
function chdirNotice(directory: string): string {
  return `slurmstepd: error: couldn't chdir to \`${directory}': No such file or directory: going to /tmp instead\n`;
}
