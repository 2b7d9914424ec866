/** Owns `qstat -j` and `qsub -verify`: everything about one job, a key and a value on each line. */

import type { Element, Submission } from "../../model/job.ts";
import type { Listed } from "../../model/verbs.ts";
import { amountText } from "./amounts.ts";
import { detailRows, rowText, type Subject } from "./detail-rows.ts";
import { clockText } from "./mail.ts";
import { type Detailed, jobMessages, queueMessages, schedulingRow } from "./scheduling-info.ts";
import { longText } from "./times.ts";

/** All of `qstat -j` about one job. */
export function detailText({ job, listed, successors, world }: Detailed): string {
  const head: readonly Row[] = [
    ["job_number", String(job.id)],
    ["exec_file", `job_scripts/${job.id}`],
    ["submission_time", longText(job.submittedAt)],
    ["owner", job.user.name],
    ["uid", String(job.user.uid)],
    ["group", job.user.group],
    ["gid", String(job.user.gid)],
  ];
  const body = linesOf({ job, draft: null, predecessors: predecessorsOf(listed), successors });
  const rows = [...head, ...body, ...usageRows(listed), ...errorRows(listed), ...awayRows(listed)];
  const messages = [...queueMessages(world), ...jobMessages(listed, world)].map(({ text }) => text);
  return `${ruler}\n${rows.map(rowText).join("")}${schedulingRow(messages)}`;
}

/** What `-verify` prints: the same of a job that is none yet. */
export function verificationText(submission: Omit<Submission, "dependency">): string {
  const script = submission.script === null ? "" : new TextDecoder().decode(submission.script);
  const head: readonly Row[] = [
    ["job_number", "unassigned"],
    ["owner", ""],
    ["uid", "0"],
    ["group", ""],
    ["gid", "0"],
  ];
  const body = linesOf({ job: submission, draft: { script }, predecessors: [], successors: [] });
  return [...head, ...body].map(rowText).join("");
}

/** Jobs that what is listed waits for. */
export function predecessorsOf(listed: readonly Listed[]): readonly number[] {
  const jobs = listed.flatMap((one) =>
    one.kind !== "waiting"
      ? []
      : one.conditions.flatMap(({ condition, standing }) =>
          condition.kind !== "singleton" && standing === "waiting" && condition.job !== null ? [condition.job] : [],
        ),
  );
  return [...new Set(jobs)].sort((a, b) => a - b);
}

/** Where it was handed to, and whether anything is heard from there. */
function awayRows([first]: readonly Listed[]): readonly Row[] {
  const away = first?.away;
  if (!away) return [];
  const { target, native, silentSince, heardAt, why } = away;
  const known = heardAt === null ? "nothing is known of it" : `what is said here was so ${longText(heardAt)}`;
  const silence: readonly Row[] =
    silentSince === null ? [] : [["unknown", `${target} is silent since ${longText(silentSince)} (${why}); ${known}`]];
  return [["target", native === null ? target : `${target} as ${native}`], ...silence];
}

type Row = readonly [key: string, value: string];

const ruler = "=".repeat(62);

function linesOf(subject: Subject): readonly Row[] {
  return detailRows.flatMap(([key, value]): readonly Row[] => {
    const content = value(subject);
    return content === null ? [] : [[key, content]];
  });
}

function usageRows(listed: readonly Listed[]): readonly Row[] {
  const running = listed.flatMap((one) =>
    one.kind === "element" && one.element.state !== "ended" ? [one.element] : [],
  );
  return [
    ...running.map((element) => [taskKey("usage", element.index), usageText(element)] as const),
    ...running.map((element) => [taskKey("binding", element.index), "NONE"] as const),
  ];
}

// Of vmem, the most is shown for what is there now: it is what the line is read for.
function usageText(element: Element): string {
  const { userMicros, systemMicros, virtualKiBMillis, readBytes, writtenBytes, maxVirtualKiB } = element;
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(5);
  const vmem = maxVirtualKiB === 0 ? "N/A" : amountText(maxVirtualKiB * 1024, 3);
  const words = [
    `cpu=${clockText((userMicros + systemMicros) / 1e6)}`,
    `mem=${gigabytes((virtualKiBMillis / 1000) * 1024)} GB s`,
    `io=${gigabytes(readBytes + writtenBytes)} GB`,
    `vmem=${vmem}`,
    `maxvmem=${vmem}`,
  ];
  return words.join(", ");
}

function errorRows(listed: readonly Listed[]): readonly Row[] {
  return listed.flatMap((one) => {
    if (one.kind !== "waiting" || one.part.error === null) return [];
    const { error, indices } = one.part;
    const tasks = indices ? indices.flatMap(([first, last]) => range(first, last)) : [null];
    return tasks.map((index) => [taskKey("error reason", index), `  ${error}`] as const);
  });
}

// The number stands right-aligned in front of the colon: `usage         1:`, `error reason          1:`.
function taskKey(word: string, index: number | null): string {
  const width = word === "error reason" ? 11 : 15 - word.length;
  return `${word}${String(index ?? 1).padStart(width)}`;
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
