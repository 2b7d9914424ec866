/** Owns the choice of what is sent next, and what must be there before it is: its words, its files. */

import { isSilent, type Silent } from "../backends/answers.ts";
import { sendDirectory } from "../backends/job-directories.ts";
import type { SubmitAsk } from "../backends/receipts.ts";
import { RefusedError, UsageError } from "../model/errors.ts";
import type { Forwarded, Numbering } from "../model/forwarding.ts";
import type { Job } from "../model/job.ts";
import { type Due, dueOf } from "./due.ts";
import { refused } from "./ends.ts";
import { copiedPaths } from "./files.ts";
import { outgoing } from "./render.ts";
import type { SiteOptions } from "./rounds.ts";

/** A submission that is ready to go out. */
export interface Prepared {
  readonly forwarded: Forwarded;
  readonly ask: SubmitAsk;
  readonly numbering: Numbering;
}

/** Up to `most` jobs that may go now, in the order of their submission; from now on they may have reached the target. */
export async function prepare(options: SiteOptions, most: number): Promise<readonly Prepared[] | Silent> {
  const { house, cluster, target } = options;
  const rows = house.store.forwarded.underWayAt(target.name);
  const root = rows.length === 0 ? "" : await cluster.root();
  if (isSilent(root)) return root;
  const prepared: Prepared[] = [];
  for (const forwarded of rows) {
    if (prepared.length >= most) break;
    const ready = readyOne(options, forwarded, root);
    if (ready === null) continue;
    const trouble = target.files === "copy" ? await sendFiles(options, ready) : null;
    if (trouble !== null) return { kind: "silent", why: `its files: ${trouble}` };
    house.store.commit.durable(() => house.store.forwarded.change({ ...forwarded, stage: "sending" }));
    prepared.push(ready);
  }
  return prepared;
}

function readyOne(options: SiteOptions, forwarded: Forwarded, root: string): Prepared | null {
  const { house, target, driver } = options;
  const { store } = house;
  if (forwarded.stage !== "due" && forwarded.stage !== "sending") return null;
  if (store.waiting.of(forwarded.job).length === 0) {
    if (forwarded.stage === "due") store.commit.durable(() => store.forwarded.change({ ...forwarded, stage: "over" }));
    return null;
  }
  const job = store.jobs.whole(forwarded.job);
  if (job === null) return null;
  // What may have been sent is asked for in the same words, whatever happened since.
  const due: Due = dueOf(house, forwarded, { job, driver });
  if (due.kind === "later") return null;
  const directory = target.files === "copy" ? `${root}/jobs/${forwarded.mark}` : null;
  try {
    if (directory !== null) refuseWholeHome(job);
    const { ask, numbering, notes } = outgoing(job, forwarded, {
      target,
      driver,
      directory,
      dependency: due.dependency,
    });
    if (forwarded.stage === "due") remember(options, forwarded.job, notes);
    return { forwarded: { ...forwarded, stage: "sending" }, ask, numbering };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof RefusedError)) throw error;
    const tellings = store.commit.durable(() => {
      store.forwarded.change({ ...forwarded, stage: "over" });
      return refused(house, forwarded, `it was not handed to ${target.name}: ${error.message}`);
    });
    for (const telling of tellings) telling();
    return null;
  }
}

// Nobody wants all of a home directory on its way because a job was submitted there.
function refuseWholeHome(job: Job): void {
  const { submitDirectory, user } = job;
  if (copiedPaths(job).there.length > 0 || !["/", "/tmp", user.home].includes(submitDirectory)) return;
  throw new RefusedError(
    `all of ${submitDirectory} would be copied: submit from the job's own directory, or say in the script what it needs: #HEADNODE in FILE…`,
  );
}

function remember({ house }: SiteOptions, job: number, notes: readonly string[]): void {
  if (notes.length === 0) return;
  house.store.commit.relaxed(() => {
    for (const why of notes) house.store.events.add(job, { at: house.clock.now(), index: null, what: "note", why });
  });
}

async function sendFiles({ house, cluster }: SiteOptions, { forwarded, ask }: Prepared): Promise<string | null> {
  const job = house.store.jobs.whole(forwarded.job);
  if (job === null) return null;
  const directory = { transport: cluster.transport, here: job.submitDirectory, there: ask.directory };
  return sendDirectory(directory, copiedPaths(job).there);
}
