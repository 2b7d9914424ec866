/** Owns what qalter says: a line for each attribute that was changed, in the master's order. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { Dependency } from "../../model/dependency.ts";
import { emptySpec, type JobSpec } from "../../model/spec.ts";
import type { JobHead } from "../../model/verbs.ts";
import type { Change } from "./alteration.ts";
import { detailRows, rowText } from "./detail-rows.ts";

/** A change that was made. */
export interface Altered {
  readonly job: JobHead;
  readonly change: Change;
  readonly who: string;
  readonly cluster: ClusterDescription;
}

/** The lines about one job. */
export function alterationLines(altered: Altered): readonly string[] {
  return rows
    .filter(([options]) => options.some((name) => altered.change.options.has(name)))
    .flatMap(([, line]) => line(altered));
}

/** What `-verify` prints: what would be changed, and nothing is. */
export function verifiedText(job: JobHead, { spec }: Change): string {
  const shown = { ...job, name: spec.name ?? "", spec: { ...emptySpec(), ...spec }, environment: [] };
  const lines = detailRows.flatMap(([key, value]) => {
    const fields = verified[key];
    if (!fields?.some((field) => field === "name" || spec[field] !== undefined)) return [];
    const text = value({ job: shown, draft: null, predecessors: [], successors: [] });
    return text === null ? [] : [rowText([key, text])];
  });
  return `${lines.join("")}\n`;
}

type Line = (altered: Altered) => readonly string[];

const modified =
  (what: string): Line =>
  ({ job }) => [`modified ${what} of job ${job.id}`];

/** Options and the line that they bring; the order is that of the lines. */
const rows: readonly (readonly [options: readonly string[], line: Line])[] = [
  [
    ["p"],
    ({ job, change, who, cluster }) => [
      `${who}@${cluster.host} sets scheduling priority of job ${job.id} to ${change.spec.priority ?? 0}`,
    ],
  ],
  [
    ["js"],
    ({ job, change, who, cluster }) => [
      `${who}@${cluster.host} sets job share of job ${job.id} to ${change.spec.jobShare ?? 0}`,
    ],
  ],
  [["a"], modified("start time")],
  [["A"], modified("account")],
  [["cwd", "wd"], modified("working directory")],
  [["e"], modified("stderr path list")],
  [["i"], modified("stdin path list")],
  [["R"], modified("reservation behaviour")],
  [["j"], modified("output merge behaviour")],
  [["l"], modified("hard resource list")],
  [["soft l"], modified("soft resource list")],
  [["m"], modified("mail options")],
  [["M"], modified("mail list")],
  [["N"], modified("job name")],
  [
    ["hold_jid"],
    (altered) => [...modified("job id hold list")(altered), ...waitLines(altered, altered.change.spec.dependency)],
  ],
  [
    ["hold_jid_ad"],
    (altered) => [
      ...modified("job id array hold list")(altered),
      ...waitLines(altered, altered.change.spec.dependencyPerElement),
    ],
  ],
  [["notify"], modified("notify behaviour")],
  [["o"], modified("stdout path list")],
  [["pe"], ({ job }) => [`modified parallel environment of job ${job.id}`, `modified slot range of job ${job.id}`]],
  [["P"], modified("project")],
  [["binding"], modified("binding")],
  [["q"], modified("hard queue list")],
  [["soft q"], modified("soft queue list")],
  [["masterq"], modified("master hard queue list")],
  [["r"], modified("restart behaviour")],
  [["S"], modified("shell list")],
  [["v", "V"], modified("environment")],
  [["ac", "dc", "sc"], modified("context")],
  [["tc"], modified("task concurrency")],
];

// Ids that are not there count as gone; names that are not there are passed over.
function waitLines({ change }: Altered, asked: Dependency | null | undefined): readonly string[] {
  const waited = new Set(
    change.submission.dependency?.conditions.flatMap((one) => (one.kind === "singleton" ? [] : [one.job])),
  );
  const ids = (asked?.conditions ?? []).flatMap((one) =>
    one.kind === "singleton" || one.job === null ? [] : [one.job],
  );
  const gone = ids.filter((id) => !waited.has(id));
  return [`   blocking jobs: ${[...waited].join(",") || "NONE"}`, `   exited jobs:   ${gone.join(",") || "NONE"}`];
}

/** Lines of `-verify` and the fields that bring them. */
const verified: Readonly<Record<string, readonly (keyof JobSpec)[]>> = {
  stderr_path_list: ["stderr"],
  reserve: ["reserve"],
  merge: ["joinStreams"],
  "hard resource_list": ["requests"],
  "soft resource_list": ["requests"],
  mail_options: ["mailEvents"],
  job_name: ["name"],
  stdout_path_list: ["stdout"],
  stdin_path_list: ["stdin"],
  priority: ["priority"],
  jobshare: ["jobShare"],
  hard_queue_list: ["queues"],
  restart: ["requeue"],
  shell_list: ["shell"],
  "parallel environment": ["parallelEnvironment"],
  context: ["contexts"],
};
