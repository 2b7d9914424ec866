/** Owns that a job's owner hears, once, that what it waits for can no longer happen. */

import { eachIndex } from "../model/indices.ts";
import type { LiveJob } from "./queued-job.ts";
import type { Effect, World } from "./world.ts";

/** Notes it of the jobs for which it has become so; the mails come after the commit. */
export function tellStranded({ store, clock, mail }: World, jobs: readonly LiveJob[]): Effect[] {
  const stranded = jobs.filter((job) => job.dependency !== null && isStranded(job)).map(({ id }) => id);
  const untold = stranded.filter((id) => !store.events.of(id).some((event) => event.what === what));
  for (const id of untold) store.events.add(id, { at: clock.now(), index: null, what, why });
  return untold.map((id) => () => mail.stranded(id));
}

const what = "stranded";
const why = "what it waits for can no longer happen";

function isStranded(job: LiveJob): boolean {
  if (!job.perElement) return job.standing(null) === "never";
  return job.waiting.some(
    ({ indices }) => indices !== null && [...eachIndex(indices)].some((index) => job.standing(index) === "never"),
  );
}
