/** Owns the mails about a job (`--mail-type`, `--mail-user`): which ones are wanted, and their subjects. They have no text. */

import type { Letter, Occasion, Subject } from "../../language/mail.ts";
import type { Element } from "../../model/job.ts";
import type { JobHead } from "../../model/verbs.ts";
import { longDuration } from "./durations.ts";
import { endWords } from "./states.ts";

/** The mail about an occasion; null where the job asked for none. An array is one thing unless ARRAY_TASKS is said. */
export function mail(occasion: Occasion, about: Subject): Letter | null {
  const { job, element } = about;
  const wanted = job.spec.mailEvents ?? [];
  const row = rowOf(occasion, about);
  if (row === null || !row.types.some((type) => wanted.includes(type))) return null;
  const summary = element.index !== null && !wanted.includes("ARRAY_TASKS");
  if (summary && !countsForAll(occasion, about)) return null;
  const type = row.types.find((each) => wanted.includes(each)) ?? "";
  const term = row.ends ? (summary ? summaryText(about) : endText(element)) : "";
  return {
    to: addresses(job),
    subject: `Slurm ${nameOf(about, summary)} ${words[type] ?? ""}${row.time}${term}`,
    body: "",
  };
}

/** The mail about a dependency that can no longer be met; null where the job asked for none. */
export function strandedMail(job: JobHead): Letter | null {
  if (!job.spec.mailEvents?.includes("INVALID_DEPEND")) return null;
  const name = job.indices ? summaryName(job) : plainName(job);
  return { to: addresses(job), subject: `Slurm ${name} Invalid dependency`, body: "" };
}

/** What is said to have happened, by the type that asked for the mail. */
const words: Readonly<Record<string, string>> = {
  BEGIN: "Began",
  END: "Ended",
  FAIL: "Failed",
  REQUEUE: "Requeued",
  TIME_LIMIT: "Reached time limit",
  TIME_LIMIT_90: "Reached 90% of time limit",
  TIME_LIMIT_80: "Reached 80% of time limit",
  TIME_LIMIT_50: "Reached 50% of time limit",
};

interface Row {
  /** Types that ask for it, the one that names it first. */
  readonly types: readonly string[];
  readonly time: string;
  readonly ends: boolean;
}

function rowOf(occasion: Occasion, { job, element }: Subject): Row | null {
  const run = `, Run time ${duration((element.endedAt ?? 0) - (element.startedAt ?? element.endedAt ?? 0))}`;
  switch (occasion.kind) {
    case "began": {
      const queued = (element.startedAt ?? 0) - job.submittedAt;
      return { types: ["BEGIN"], time: `, Queued time ${duration(queued)}`, ends: false };
    }
    case "requeued":
      return { types: ["REQUEUE"], time: run, ends: false };
    case "timeUsed": {
      const limit = `, Run time ${duration((job.need.wallTime * occasion.percent) / 100)}`;
      const type = occasion.percent === 100 ? "TIME_LIMIT" : `TIME_LIMIT_${occasion.percent}`;
      return { types: [type], time: limit, ends: false };
    }
    case "ended": {
      const well = element.outcome === "completed" || element.outcome === "cancelled";
      return { types: well ? ["END"] : ["FAIL", "END"], time: run, ends: true };
    }
    default:
      return null;
  }
}

// The first element to start stands for the beginning of all, the last one to end for the end.
function countsForAll(occasion: Occasion, { whole }: Subject): boolean {
  if (occasion.kind === "began") return whole.first;
  return occasion.kind === "ended" ? whole.over : true;
}

function nameOf({ job, element }: Subject, summary: boolean): string {
  if (summary) return summaryName(job);
  if (element.index !== null) return `Array Task Job_id=${job.id}_${element.index} (${element.id}) Name=${job.name}`;
  return plainName(job);
}

function summaryName({ id, name }: JobHead): string {
  return `Array Summary Job_id=${id}_* (${id}) Name=${name}`;
}

function plainName({ id, name }: JobHead): string {
  return `Job_id=${id} Name=${name}`;
}

function addresses({ spec, user }: JobHead): readonly string[] {
  return spec.mailUsers?.length ? spec.mailUsers : [user.name];
}

function endText({ outcome, code, signal }: Element): string {
  const state = outcome === null ? "" : endWords[outcome];
  return signal !== null && signal !== 0 ? `, ${state}` : `, ${state}, ExitCode ${code ?? 0}`;
}

function summaryText({ whole, element }: Subject): string {
  const elements = whole.elements();
  const codes = elements.map(({ code }) => code ?? 0);
  const [least, most] = [Math.min(...codes), Math.max(...codes)];
  const killed = Math.max(0, ...elements.map(({ signal }) => signal ?? 0));
  if (killed > 0) return `, Mixed, MaxSignal [${killed}]`;
  const state = least === 0 && most > 0 ? "Mixed" : element.outcome === null ? "" : endWords[element.outcome];
  return `, ${state}, ExitCode [${least}-${most}]`;
}

function duration(ms: number): string {
  return longDuration(Math.max(0, Math.floor(ms / 1000)));
}
