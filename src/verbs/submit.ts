/** Owns how a submission becomes a job. */

import type { Indices } from "../model/indices.ts";
import type { Job, Submission, Waiting } from "../model/job.ts";
import type { Means } from "./means.ts";

/** Keeps the submission; resolves when it is on disk. Submissions of the same turn share one commit. */
export async function submit(
  { store, engine, clock }: Means,
  submission: Submission,
  caller: "stays" | "goes" = "stays",
): Promise<Job> {
  const job = await store.commit.shared(() => {
    const made: Job = { ...submission, id: store.jobs.spendId(), submittedAt: clock.now() };
    store.jobs.insert(made);
    if (made.target !== undefined) store.forwarded.insert(made.id, made.target, indicesHeld(made));
    store.waiting.replace(made.id, [firstPart(made)]);
    store.events.add(made.id, { at: made.submittedAt, index: null, what: "submitted", why: made.name });
    for (const note of made.notes)
      store.events.add(made.id, { at: made.submittedAt, index: null, what: "note", why: note });
    return made;
  });
  if (caller === "goes") engine.changedBehindAnswers(job.id);
  else engine.changed(job.id);
  return job;
}

// What a script says of holds goes to the target with it.
function indicesHeld({ spec, indices }: Job): Indices {
  return spec.held ? (indices ?? [[0, 0]]) : [];
}

/** Everything of a job waits alike at first. */
function firstPart(job: Job): Waiting {
  return { job: job.id, indices: job.indices, holds: job.holds, error: null, restarts: 0, beginAt: job.beginAt };
}
