/** Owns Grid Engine's side of running a job: how it is started, judged and stopped. */

import type { Dialect, Kin, Start, StartPlan, StopReason } from "../../language/dialect.ts";
import { launchKey } from "../../model/job.ts";
import type { Launch, TimelineRow } from "../../model/launch.ts";
import { judge, judgeFailure } from "./ends.ts";
import { environmentOf } from "./environment.ts";
import { grantedSlots } from "./geometry.ts";
import { memoryLimits, resourceLimits, signalAt, timeLimits } from "./limits.ts";
import { letterOf } from "./mail.ts";
import { withProcedures } from "./procedures.ts";
import { programOf } from "./shells.ts";
import { outputDirectories, type Streams, streamsOf } from "./streams.ts";

/** The dialect. */
export const sgeDialect: Dialect = {
  ...{ name: "sge", scriptName: String, plan, judge, judgeFailure, stop, limits },
  mail: letterOf,
};

const nowhere: Streams = { stdin: "/dev/null", stdout: "/dev/null", stderr: "/dev/null" };

function plan(start: Start): StartPlan {
  const { job, element, cluster, machine } = start;
  const streams = job.attended ? nowhere : streamsOf(job, element, machine.hostName);
  // The real one has /tmp/ID.TASK.QUEUE. Ids repeat among clusters on one machine, so it lies in the start's own directory.
  const temporaryDirectory = `${start.directory}/${job.id}.${element.index ?? 1}.${job.queue}`;
  const hostFile = `${start.directory}/pe_hostfile`;
  const launch = launchOf(start, { streams, temporaryDirectory, hostFile });
  return {
    launch: job.attended ? attendedLaunch(launch) : launch,
    // Each by itself, so that both can be ones that another start has left.
    makeDirectories: [start.directory, temporaryDirectory, ...(cluster.strict ? [] : outputDirectories(job, streams))],
    openDirectories: [temporaryDirectory],
    fallbackNotice: "",
    removeDirectories: [temporaryDirectory, start.directory],
    writeFiles: job.spec.parallelEnvironment ? [{ path: hostFile, text: hostLines(start), mode: 0o644 }] : [],
  };
}

// Nothing is started of an attended job: the command that waits for it runs what it is for, in this environment.
function attendedLaunch(launch: Launch): Launch {
  return { ...launch, file: "", argv: [], affinity: "", stdin: "/dev/null", stdout: "/dev/null", stderr: "" };
}

function launchOf(
  start: Start,
  places: { readonly streams: Streams; readonly temporaryDirectory: string; readonly hostFile: string },
): Launch {
  const { job, element } = start;
  const { file, argv, bourne, stdin } = withProcedures(start, start.once(programOf), places.hostFile);
  const own = job.attended || !bourne;
  return {
    key: launchKey(element),
    cwd: job.workingDirectory,
    fallbackCwd: "",
    umask: job.umask,
    ...places.streams,
    ...(stdin === "" ? {} : { stdin }),
    // Runs of one job, and tasks that share a file, write one after the other.
    append: true,
    affinity: element.cpuList,
    limits: start.once(resourceLimits),
    file,
    argv,
    environment: environmentOf({ start, ...places, shims: own && !start.shimsInstalled ? start.shims : "" }),
    timeline: start.once(timeLimitsOf),
    memory: start.once(memoryLimits),
  };
}

function timeLimitsOf({ job, cluster }: Kin): readonly TimelineRow[] {
  return timeLimits(job, cluster);
}

function hostLines({ job, element, cluster, machine: { hostName } }: Start): string {
  const shares = element.shares ?? [{ queue: job.queue, slots: grantedSlots(job.spec, cluster) }];
  return shares.map(({ queue, slots }) => `${hostName} ${slots} ${queue}@${hostName} UNDEFINED\n`).join("");
}

function stop({ job, cluster }: Start, why: StopReason): readonly TimelineRow[] {
  const tag = why === "requeue" || why === "deadline" ? why : "cancel";
  if (!job.spec.notify || why === "force") return [signalAt(0, "KILL", tag)];
  return [signalAt(0, "USR2", tag), signalAt(cluster.notifyTime, "KILL", tag)];
}

function limits({ job, cluster }: Start, elapsed: number): readonly TimelineRow[] {
  const left = timeLimits(job, cluster).map((row) => ({ ...row, afterMs: row.afterMs - elapsed }));
  // A kill that is overdue happens now, a warning that is overdue has happened.
  return left
    .filter(({ afterMs, tag }) => afterMs >= 0 || tag !== "")
    .map((row) => ({ ...row, afterMs: Math.max(0, row.afterMs) }));
}
