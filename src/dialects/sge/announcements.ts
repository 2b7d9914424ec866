/** Owns what qsub says once the master has spoken: the success line, and the ends that `-sync y` waits for. */

import { eachIndex } from "../../model/indices.ts";
import type { Element, Job } from "../../model/job.ts";
import type { Finish } from "../../model/verbs.ts";
import { signalName } from "./signals.ts";

/** The line of success; `-terse` says only the id. */
export function submittedText(job: Job, terse: boolean): string {
  const id = `${job.id}${rangeText(job)}`;
  if (terse) return `${id}\n`;
  return `Your job${job.indices ? "-array" : ""} ${id} ("${job.name}") has been submitted\n`;
}

/** The error of a request that the master refuses. */
export function refusedText(why: string): string {
  return `Unable to run job: ${why}\nExiting.`;
}

/** A line about one end: good ones go to standard output, unless `-terse` keeps it clean; the others to standard error. */
export interface EndLine {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** What is said of each end, in the order of ending. */
export function endLines(job: Job, finish: Finish, terse: boolean): readonly EndLine[] {
  const elements = finish.elements();
  const seen = new Set(elements.map(({ index }) => index));
  const removed = finish.removed ? allIndices(job).filter((index) => !seen.has(index)) : [];
  return [
    ...inOrder(elements).map((element) => endLine(job, element, terse)),
    ...removed.map((index) => unrun(job, index)),
  ];
}

// The master hears of ends once a second, and tells those it heard of together by their number.
function inOrder(elements: readonly Element[]): readonly Element[] {
  let first = 0;
  const round = new Map<Element, number>();
  for (const element of elements) {
    const at = element.endedAt ?? 0;
    if (at - first >= reportMs) first = at;
    round.set(element, first);
  }
  const place = (element: Element): number => round.get(element) ?? 0;
  return [...elements].sort((one, other) => place(one) - place(other) || (one.index ?? 0) - (other.index ?? 0));
}

const reportMs = 1_000;

/** The exit code of `-sync y`: that of the first end that was not good. */
export function waitedCode(lines: readonly EndLine[]): number {
  return lines.find(({ code }) => code !== 0)?.code ?? 0;
}

/** What is said when the waiting command is interrupted. */
export const interruptedText = "\nInterrupted!\nPlease wait while qsub shuts down.\n";

function endLine(job: Job, element: Element, terse: boolean): EndLine {
  if (element.endedBy !== null) return unrun(job, element.index);
  const who = `Job ${idText(job, element.index)}`;
  if (element.signal !== null)
    return { out: "", err: `${who} exited because of signal ${signalName(element.signal)}\n`, code: 1 };
  const code = element.code ?? 1;
  const text = `${who} exited with exit code ${code}.\n`;
  return code === 0 ? { out: terse ? "" : text, err: "", code } : { out: "", err: text, code };
}

// A job that was deleted counts as no failure.
function unrun(job: Job, index: number | null): EndLine {
  return { out: "", err: `Unable to run job ${idText(job, index)}\n`, code: 0 };
}

function idText(job: Job, index: number | null): string {
  return index === null ? `${job.id}` : `${job.id}.${index}`;
}

function allIndices({ indices }: Job): readonly (number | null)[] {
  return indices ? [...eachIndex(indices)] : [null];
}

function rangeText({ spec }: Job): string {
  const range = spec.array?.[0];
  return range ? `.${range.first}-${range.last}:${range.step}` : "";
}
