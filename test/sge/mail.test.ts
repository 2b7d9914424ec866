/** What a job's mails say, beside what the real one was seen to send. */

import { expect, test } from "vitest";
import { type MailOccasion, mailAddresses, mailOf } from "../../src/dialects/sge/mail.ts";
import type { Element } from "../../src/model/job.ts";
import { emptySpec } from "../../src/model/spec.ts";
import type { JobHead } from "../../src/model/verbs.ts";
import { users } from "./world.ts";

const at = Date.UTC(2026, 10, 21, 2, 21, 46) + new Date(2026, 10, 21).getTimezoneOffset() * 60_000;

function task(element: Partial<Element>, mailEvents: readonly string[] = ["a", "b", "e", "s"]) {
  const job = { id: 619, name: "mailed", queue: "all.q", user: users[0], spec: { ...emptySpec(), mailEvents } };
  const run = { index: null, code: 0, signal: null, startedAt: at, endedAt: at + 2000, maxVirtualKiB: 0 };
  const used = { userMicros: 0, systemMicros: 0, remark: "" };
  return { job: job as JobHead, element: { ...run, ...used, ...element } as Element, host: "vm" };
}

const place = " User             = alice\n Queue            = all.q@vm\n Host             = vm\n";
const times = " Start Time       = 11/21/2026 02:21:46\n End Time         = 11/21/2026 02:21:48\n";

const rows: readonly [string, MailOccasion, Partial<Element>, subject: string, body: string][] = [
  [
    ...(["begin", { kind: "began" }, {}, "Job 619 (mailed) Started"] as const),
    "Job 619 (mailed) Started\n User       = alice\n Queue      = all.q\n Host       = vm\n Start Time = 11/21/2026 02:21:46\n",
  ],
  [
    ...(["end", { kind: "ended", why: null }, { maxVirtualKiB: 3640 }, "Job 619 (mailed) Complete"] as const),
    `Job 619 (mailed) Complete\n${place}${times} User Time        = 00:00:00\n System Time      = 00:00:00
 Wallclock Time   = 00:00:02\n CPU              = 00:00:00\n Max vmem         = 3.555M\n Exit Status      = 0\n`,
  ],
  [
    "abort",
    { kind: "ended", why: null },
    { code: null, signal: 9, remark: "100 : assumedly after job" },
    "Job 619 (mailed) Aborted",
    `Job 619 (mailed) Aborted\n Exit Status      = 137\n Signal           = KILL\n${place}${times}${[
      " CPU              = 00:00:00\n Max vmem         = NA\nfailed assumedly after job because:\n",
      "job 619.1 died through signal KILL (9)\n",
    ].join("")}`,
  ],
  [
    "deletion",
    { kind: "deleted", by: "alice" },
    {},
    "Job 619 (mailed) Killed",
    "Job 619 (mailed)  was killed by alice@vm\n",
  ],
  ["suspension", { kind: "suspended" }, {}, "Job 619 (mailed) Suspended", "\n\n"],
  ["task's", { kind: "continued" }, { index: 2 }, "Job-array task 619.2 (mailed) Continued", "\n\n"],
];

test.each(rows)("a %s mail says what the real one says", (_, occasion, element, subject, body) => {
  expect(mailOf(occasion, task(element))).toEqual({ subject, body });
});

test("a mail nobody asked for is none", () => {
  expect(mailOf({ kind: "began" }, task({}, ["e"]))).toBeNull();
  expect(mailOf({ kind: "ended", why: null }, task({ remark: "100 : assumedly after job" }, ["e"]))).toBeNull();
});

test("mails go to whom -M names, else to the submitter", () => {
  const { job } = task({});
  expect(mailAddresses(job, "vm")).toEqual(["alice@vm"]);
  expect(mailAddresses({ ...job, spec: { ...job.spec, mailUsers: ["a@x", "b@x"] } }, "vm")).toEqual(["a@x", "b@x"]);
});
