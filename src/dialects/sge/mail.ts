/** Owns the mails about a job (`-m`, `-M`): which ones are wanted, to whom they go, and their words. */

import type { Letter, Occasion, Subject } from "../../language/mail.ts";
import type { Element } from "../../model/job.ts";
import type { JobSpec } from "../../model/spec.ts";
import type { JobHead } from "../../model/verbs.ts";
import { amountText } from "./amounts.ts";
import { failures } from "./ends.ts";
import { signalName } from "./signals.ts";
import { stampText } from "./times.ts";

/** What happened, of which a mail may tell; of time that is over none does. */
export type MailOccasion = Exclude<Occasion, { readonly kind: "timeUsed" } | { readonly kind: "requeued" }>;

/** The task of which a mail tells, and the name of the machine. */
export interface MailTask {
  readonly job: JobHead;
  readonly element: Element;
  readonly host: string;
}

/** A mail without its addresses. */
export interface Mail {
  readonly subject: string;
  readonly body: string;
}

/** The mail about an occasion with its addresses; null where the job asked for none. */
export function letterOf(occasion: Occasion, task: Subject): Letter | null {
  if (occasion.kind === "timeUsed") return null;
  const mail = mailOf(occasion.kind === "requeued" ? { kind: "ended", why: null } : occasion, task);
  return mail && { ...mail, to: mailAddresses(task.job, task.host) };
}

/** The mail about an occasion; null where the job asked for none. */
export function mailOf(occasion: MailOccasion, task: MailTask): Mail | null {
  const [letter, done, body] = rowOf(occasion, task);
  if (!task.job.spec.mailEvents?.includes(letter)) return null;
  const title = `${taskName(task)} ${done}`;
  return { subject: title, body: body(title) };
}

/** Who gets a job's mails. */
export function mailAddresses(
  { spec, user }: { readonly spec: JobSpec; readonly user: { readonly name: string } },
  host: string,
): readonly string[] {
  return spec.mailUsers?.length ? spec.mailUsers : [`${user.name}@${host}`];
}

/** The letter that asks for it, what the subject says was done, and the text. */
type Row = readonly [letter: string, done: string, body: (title: string) => string];

function rowOf(occasion: MailOccasion, task: MailTask): Row {
  switch (occasion.kind) {
    case "began":
      return ["b", "Started", (title) => `${title}\n${table(10, beginning(task))}`];
    case "suspended":
      return ["s", "Suspended", () => "\n\n"];
    case "continued":
      return ["s", "Continued", () => "\n\n"];
    case "deleted":
      // Two blanks, as the real one has them.
      return ["a", "Killed", () => `${taskName(task)}  was killed by ${occasion.by}@${task.host}\n`];
    case "ended":
      return endRow(task, occasion.why);
  }
}

function endRow(task: MailTask, why: string | null): Row {
  const { element } = task;
  const [, words] = /^\d+ : (.*)$/.exec(element.remark) ?? [];
  if (words === undefined) return ["e", "Complete", (title) => `${title}\n${table(16, completion(task))}`];
  const done = doneAs.get(element.remark) ?? "Aborted";
  const because = why ?? `job ${task.job.id}.${element.index ?? 1} died through signal ${signalText(element)}`;
  return ["a", done, (title) => `${title}\n${table(16, abortion(task))}failed ${words} because:\n${because}\n`];
}

const doneAs: ReadonlyMap<string, string> = new Map([
  [failures.application, "Rescheduled due to application error"],
  [failures.rescheduled, "Rescheduled"],
]);

type Line = readonly [key: string, value: string | number];

function beginning({ job, element, host }: MailTask): readonly Line[] {
  return [
    ["User", job.user.name],
    ["Queue", job.queue],
    ["Host", host],
    ["Start Time", timeText(element.startedAt)],
  ];
}

function place({ job, element, host }: MailTask): readonly Line[] {
  return [
    ["User", job.user.name],
    ["Queue", `${job.queue}@${host}`],
    ["Host", host],
    ["Start Time", timeText(element.startedAt)],
    ["End Time", timeText(element.endedAt)],
  ];
}

function completion(task: MailTask): readonly Line[] {
  const { element } = task;
  const wall = Math.floor((element.endedAt ?? 0) / 1000) - Math.floor((element.startedAt ?? 0) / 1000);
  return [
    ...place(task),
    ["User Time", clockText(element.userMicros / 1e6)],
    ["System Time", clockText(element.systemMicros / 1e6)],
    ["Wallclock Time", clockText(Math.max(0, wall))],
    ...usage(element),
    ["Exit Status", exitStatus(element)],
  ];
}

function abortion(task: MailTask): readonly Line[] {
  const { element } = task;
  const signal = element.signal === null ? "unknown signal" : signalName(element.signal).slice(3);
  return [["Exit Status", exitStatus(element)], ["Signal", signal], ...place(task), ...usage(element)];
}

function usage({ userMicros, systemMicros, maxVirtualKiB }: Element): readonly Line[] {
  return [
    ["CPU", clockText((userMicros + systemMicros) / 1e6)],
    ["Max vmem", maxVirtualKiB === 0 ? "NA" : amountText(maxVirtualKiB * 1024, 3)],
  ];
}

function table(width: number, lines: readonly Line[]): string {
  return lines.map(([key, value]) => ` ${key.padEnd(width)} = ${value}\n`).join("");
}

function taskName({ job, element: { index } }: MailTask): string {
  return index === null ? `Job ${job.id} (${job.name})` : `Job-array task ${job.id}.${index} (${job.name})`;
}

function exitStatus({ code, signal }: Element): number {
  return signal === null ? (code ?? 0) : 128 + signal;
}

function signalText({ signal }: Element): string {
  return signal === null ? "unknown signal" : `${signalName(signal).slice(3)} (${signal})`;
}

function timeText(at: number | null): string {
  return at === null ? "-/-" : stampText(at);
}

/** `00:01:02`, hours as many as there are. */
export function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}
