/** Owns `headnode run` in the daemon: submits, tells what becomes of each element, and stops what is to be stopped. */

import type { Command } from "../language/command.ts";
import type { Context, Reply } from "../language/context.ts";
import { countIndices, type Indices, readIndices, writeIndices } from "../model/indices.ts";
import type { Element, Job } from "../model/job.ts";
import type { RunAsk, RunEvent } from "../model/run.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";
import { streamsOfStart } from "./run-streams.ts";
import { resubmitted, submitScript } from "./run-submission.ts";

export const run: Command = {
  dialect: "headnode",
  name: "run",
  wordError: (message) => `headnode: ${message}\n`,
  run: async (context) => {
    const ask: RunAsk = JSON.parse(context.args[0] ?? "{}");
    const course: Course = {
      ...{ context, ask, post: createMailbox<RunEvent>(), jobs: new Set(), failures: 0, stopped: false, left: 0 },
    };
    const refused = await begin(course);
    if (refused) return refused;
    // Whoever started the run and goes away, or wants it to end, takes its jobs along.
    void context.interrupted.then(() => stop(course));
    if (course.left === 0) course.post.close();
    return told(course.post);
  },
};

/** One run from its beginning to its end. */
interface Course {
  readonly context: Context;
  readonly ask: RunAsk;
  readonly post: Mailbox<RunEvent>;
  readonly jobs: Set<number>;
  failures: number;
  stopped: boolean;
  /** Jobs that are not over. */
  left: number;
}

/** Submits everything; the reply that ends the run if something is refused, and then nothing of it stays. */
async function begin(course: Course): Promise<Reply | null> {
  const { context, ask, post } = course;
  let position = 0;
  for (const script of ask.scripts) {
    const result = await submitScript(context, script, { ...ask.shard, position });
    position += result.count;
    if (result.kind === "refused") {
      stop(course);
      return { err: result.err, code: result.code };
    }
    if (result.kind === "nothing") post.add({ kind: "nothing", script: script.path, text: result.text });
    else follow(course, result.job, { script: script.path, again: null, attempt: 0 });
  }
  for (const { job: id, indices } of ask.again) {
    const earlier = context.verbs.job(id);
    if (!earlier) return { err: `headnode: job ${id} of the last run is not known any more\n`, code: 1 };
    const job = await context.verbs.submit(resubmitted(earlier, indices === "" ? null : readIndices(indices)));
    follow(course, job, { script: job.command[0] ?? job.name, again: id, attempt: 0 });
  }
  return null;
}

interface Attempt {
  readonly script: string;
  readonly again: number | null;
  readonly attempt: number;
}

function follow(course: Course, job: Job, at: Attempt): void {
  const { context, post, ask } = course;
  const { id, name, indices, notes } = job;
  const failed: (number | null)[] = [];
  const isLast = at.attempt >= ask.retries;
  course.jobs.add(id);
  course.left++;
  const shown = indices && writeIndices(indices);
  post.add({
    ...{ kind: "submitted", job: id, name, script: at.script, indices: shown, count: sizeOf(indices), notes },
    again: at.again,
  });
  const streams = streamsOfStart(context, job);
  const ended = (element: Element): void => {
    post.add(endOf(element));
    if (element.outcome === "completed") return;
    failed.push(element.index);
    if (isLast) course.failures++;
    if (ask.failFast > 0 && course.failures >= ask.failFast) stop(course);
  };
  const started = (element: Element): void =>
    post.add({ kind: "started", job: id, index: element.index, ...streams(element) });
  context.verbs.watch(id, { ended, started });
  if (course.stopped) context.verbs.cancel({ id, indices: null }, context.user.uid);
  void context.verbs.finished(id).then(async () => {
    tellRemoved(course, id);
    if (failed.length > 0 && !isLast && !course.stopped) {
      const again = await context.verbs.submit(resubmitted(job, indicesOfFailed(failed)));
      follow(course, again, { script: at.script, again: id, attempt: at.attempt + 1 });
    }
    course.left--;
    if (course.left === 0) post.close();
  });
}

function stop(course: Course): void {
  if (course.stopped) return;
  course.stopped = true;
  const { verbs, user } = course.context;
  for (const id of course.jobs) verbs.cancel({ id, indices: null }, user.uid);
}

function tellRemoved({ context, post }: Course, id: number): void {
  for (const listed of context.verbs.select({ ids: [{ id, indices: null }], endedSince: 0 }))
    if (listed.kind === "removed") {
      const { indices } = listed.removed;
      post.add({ kind: "removed", job: id, indices: indices && writeIndices(indices), count: sizeOf(indices) });
    }
}

function endOf({ job, index, outcome, code, signal, remark, startedAt, endedAt }: Element): RunEvent {
  const took = (endedAt ?? 0) - (startedAt ?? endedAt ?? 0);
  return { kind: "ended", job, index, outcome: outcome ?? "completed", code, signal, remark, took };
}

function indicesOfFailed(failed: readonly (number | null)[]): Indices | null {
  const indices = failed.filter((index) => index !== null).sort((a, b) => a - b);
  return indices.length === 0 ? null : indices.map((index) => [index, index] as const);
}

function sizeOf(indices: Indices | null): number {
  return indices === null ? 1 : countIndices(indices);
}

/** Events as they come, all that have come since the last time in one piece. */
async function told(post: Mailbox<RunEvent>): Promise<Reply> {
  const events = await post.take();
  if (events === null) return { code: 0 };
  return { out: events.map((event) => `${JSON.stringify(event)}\n`).join(""), next: () => told(post) };
}
