/** Owns a dialect without any words of its own, for tests of everything below the dialects. */

import type { Dialect, Start } from "../../src/language/dialect.ts";
import type { DialectName, Submission, User } from "../../src/model/job.ts";
import type { TimelineRow } from "../../src/model/launch.ts";
import { emptySpec } from "../../src/model/spec.ts";

export const ada: User = { name: "ada", uid: 1000, gid: 1000, group: "ada", home: "/home/ada", shell: "/bin/sh" };
export const bob: User = { name: "bob", uid: 1001, gid: 1001, group: "bob", home: "/home/bob", shell: "/bin/sh" };

/** A submission of ada's in which nothing was said but what is given here. */
export function submissionOf(given: Partial<Submission> & { readonly env?: readonly string[] } = {}): Submission {
  const { env = [], ...more } = given;
  return {
    dialect: "slurm",
    spec: emptySpec(),
    need: { cpus: 1, memory: 0, gpus: 0, nodes: 1, wallTime: Number.POSITIVE_INFINITY },
    user: ada,
    submitHost: "here",
    submitDirectory: "/tmp",
    workingDirectory: "/tmp",
    umask: 0o022,
    limits: "",
    name: "job",
    queue: "main",
    account: "",
    script: Buffer.from("#!/bin/sh\ntrue\n"),
    command: ["job.sh"],
    environment: env,
    indices: null,
    throttle: 0,
    priority: 0,
    holds: [],
    dependency: null,
    beginAt: 0,
    elementIds: false,
    notes: [],
    ...more,
  };
}

const row = (afterMs: number, signal: number, tag: TimelineRow["tag"]): TimelineRow => ({
  ...{ afterMs, signal, tag },
  scope: "all",
  notice: "",
});

/** Runs the script as it is; ends by SIGKILL at once; a lost node requeues unless the spec says no. */
export function plainDialect(name: DialectName = "slurm"): Dialect {
  const limitRows = (start: Start, elapsed: number): TimelineRow[] =>
    Number.isFinite(start.job.need.wallTime) ? [row(start.job.need.wallTime - elapsed, 9, "limit")] : [];
  return {
    name,
    scriptName: () => "script",
    plan: (start) => ({
      launch: {
        key: `${start.element.job}.${start.element.index ?? "-"}.${start.element.restarts}`,
        cwd: start.job.workingDirectory,
        fallbackCwd: "/",
        umask: start.job.umask,
        stdin: "/dev/null",
        stdout: "/dev/null",
        stderr: start.job.spec.stderr?.[0] ?? "",
        append: false,
        affinity: start.element.cpuList,
        limits: [],
        file: start.scriptPath,
        argv: [start.scriptPath],
        environment: start.job.environment,
        timeline: limitRows(start, 0),
        memory: [],
      },
      makeDirectories: [start.directory],
      fallbackNotice: "",
      removeDirectories: [],
      writeFiles: [],
    }),
    judge({ start, ending, stopped, now }) {
      if (stopped === "requeue" || (ending.tag === "node-failure" && start.job.spec.requeue !== false && !stopped))
        return { kind: "again", at: stopped ? 0 : now + 60_000, error: null, remark: "requeued" };
      const outcome =
        stopped === "cancel"
          ? "cancelled"
          : ending.tag === "limit"
            ? "timedOut"
            : ending.tag === "node-failure"
              ? "nodeFailed"
              : ending.code === 0
                ? "completed"
                : "failed";
      return {
        kind: "ended",
        outcome,
        code: ending.code,
        signal: ending.signal,
        remark: "",
        notice: outcome === "nodeFailed" ? `job ${start.job.id} was lost at %T` : "",
      };
    },
    judgeFailure: ({ failure }) =>
      name === "sge"
        ? { kind: "again", at: 0, error: `${failure.stage}: ${failure.errno}`, remark: "" }
        : { kind: "ended", outcome: "launchFailed", code: null, signal: null, remark: failure.errno, notice: "" },
    stop: (_start, why) => [row(0, 9, why === "force" ? "cancel" : why)],
    limits: limitRows,
  };
}

export const plainDialects: readonly Dialect[] = [plainDialect("slurm"), plainDialect("sge"), plainDialect("pbs")];
