/** Owns what becomes of a job that was read: the submission that is handed to the cluster. */

import { undefinedNote } from "../../language/undefined-names.ts";
import type { ClusterDescription } from "../../model/cluster.ts";
import type { Dependency } from "../../model/dependency.ts";
import { indicesOf } from "../../model/indices.ts";
import { type Submission, type User, usualPriority } from "../../model/job.ts";
import type { JobSpec } from "../../model/spec.ts";
import { asksOf } from "./asks.ts";
import { geometryOf } from "./geometry.ts";
import { jobName } from "./object-names.ts";
import { placed } from "./queue-choice.ts";
import type { ReadJob } from "./reading.ts";
import { knownPath } from "./streams.ts";
import { submittedEnvironment } from "./submitted-environment.ts";
import { nameKinds } from "./undefined-names.ts";

/** What a submission needs to know of the world. */
export interface Caller {
  readonly cluster: ClusterDescription;
  readonly user: User;
  /** Free of symbolic links. */
  readonly directory: string;
  readonly environment: readonly string[];
  readonly limits: string;
  readonly isDirectory: (path: string) => boolean;
}

/** The submission of a job. `script` is null for a command. */
export function submissionOf(job: ReadJob, script: Uint8Array | null, caller: Caller): Omit<Submission, "dependency"> {
  const { cluster, user } = caller;
  const name = jobName(job.settled.spec.name, job.operand);
  const workingDirectory = directoryOf(job.settled.spec, caller);
  const spec = withDirectories(
    { ...job.settled.spec, suitability: suitability.get(asksOf(job.settled).validation) ?? null },
    { caller, name, workingDirectory },
  );
  const { need, slots, notes } = geometryOf(spec, cluster);
  return {
    dialect: "sge",
    spec,
    ...placed(need, { spec, cluster, user: user.name, slots }),
    user,
    submitHost: cluster.host,
    submitDirectory: caller.directory,
    workingDirectory,
    // Grid Engine gives every job this mask, whatever the submitter's is.
    umask: 0o022,
    limits: caller.limits,
    name,
    account: spec.accountString || "sge",
    script,
    command: [job.operand ?? "STDIN", ...job.arguments],
    environment: submittedEnvironment(spec.export, caller),
    indices: spec.array ? indicesOf(spec.array) : null,
    throttle: spec.arrayThrottle ?? 0,
    priority: placeOf(spec.priority ?? 0, slots),
    holds: spec.held ? ["user"] : [],
    beginAt: (spec.beginTime ?? 0) * 1000,
    elementIds: false,
    notes: [
      ...notes,
      ...undefinedNote(nameKinds, spec, cluster),
      ...job.settled.ignored.map(
        ({ row, said }) => `${said}: ${row.effect.standing.kind === "ignored" ? row.effect.standing.why : ""}`,
      ),
    ],
  };
}

const suitability: ReadonlyMap<string, JobSpec["suitability"]> = new Map([
  ["w", "warn"],
  ["e", "refuse"],
]);

/** A submission with what it waits for. */
export function waitingFor(submission: Omit<Submission, "dependency">, dependency: Dependency | null): Submission {
  return { ...submission, dependency };
}

/** What follows from a user's spec, and follows anew when the spec is changed. */
export function derivedOf(
  spec: JobSpec,
  cluster: ClusterDescription,
  user: string,
): Pick<Submission, "need" | "queue" | "priority"> {
  const { need, slots } = geometryOf(spec, cluster);
  return { ...placed(need, { spec, cluster, user, slots }), priority: placeOf(spec.priority ?? 0, slots) };
}

function directoryOf({ workingDirectory }: JobSpec, { directory, user }: Caller): string {
  return workingDirectory === "." ? directory : (workingDirectory ?? user.home);
}

/** A spec whose output directories are marked by a slash now: nobody looks again when the job starts. */
export function withDirectories(
  spec: JobSpec,
  facts: { readonly caller: Caller; readonly name: string; readonly workingDirectory: string },
): JobSpec {
  const { caller, name, workingDirectory } = facts;
  const place = {
    home: caller.user.home,
    user: caller.user.name,
    name,
    host: caller.cluster.host,
    cwd: workingDirectory,
  };
  const marked = (entries: readonly string[] | null) =>
    entries?.map((entry) => {
      const path = knownPath(entry, place);
      return path !== null && !entry.endsWith("/") && caller.isDirectory(path) ? `${entry}/` : entry;
    }) ?? null;
  return { ...spec, stdout: marked(spec.stdout), stderr: marked(spec.stderr) };
}

// The order in which the real one starts jobs: the user's say (weight 1), then width (weight 0.1), then age.
function placeOf(priority: number, slots: number): number {
  return usualPriority + Math.round(1e6 * (priority / 2048 + 0.1 * (1 - 1 / slots)));
}
