/** Owns files of jobs at a target that shares none: they are here before an end is told, and cleared up there after it. */

import { isSilent } from "../backends/answers.ts";
import { clearDirectory, directoryGone, fetchDirectory, type JobDirectory } from "../backends/job-directories.ts";
import type { Forwarded, Sighting } from "../model/forwarding.ts";
import type { Job } from "../model/job.ts";
import { broughtPaths } from "./files.ts";
import type { SiteOptions } from "./rounds.ts";

/** What ended is told of after its files are here. Null, or why they are not. */
export async function bringBack(
  options: SiteOptions,
  rows: readonly Forwarded[],
  byNative: ReadonlyMap<string, readonly Sighting[]>,
): Promise<string | null> {
  const { store } = options.house;
  const isNews = ({ job, native }: Forwarded): boolean =>
    byNative.get(native ?? "")?.some(({ kind }) => kind === "ended") === true &&
    store.waiting.of(job).length + store.elements.aliveOf(job).length > 0;
  return forEach(options, rows.filter(isNews), fetchDirectory);
}

/** Of jobs that are over nothing is left there that is here too. Null, or why it is. */
export function clearUp(options: SiteOptions, rows: readonly Forwarded[]): Promise<string | null> {
  return forEach(options, rows, clearDirectory);
}

type Deed = (directory: JobDirectory, only: readonly string[]) => Promise<string | null>;

async function forEach(
  { house, target, cluster }: SiteOptions,
  rows: readonly Forwarded[],
  deed: Deed,
): Promise<string | null> {
  if (target.files === "shared" || rows.length === 0) return null;
  const root = await cluster.root();
  if (isSilent(root)) return root.why;
  for (const { job: id, mark } of rows) {
    const job: Job | null = house.store.jobs.whole(id);
    if (job === null) continue;
    const directory = { transport: cluster.transport, here: job.submitDirectory, there: `${root}/jobs/${mark}` };
    const trouble = await deed(directory, broughtPaths(job));
    if (trouble === directoryGone)
      house.store.commit.relaxed(() =>
        house.store.events.add(id, {
          at: house.clock.now(),
          index: null,
          what: "note",
          why: `${target.name}: ${trouble}`,
        }),
      );
    else if (trouble !== null) return trouble;
  }
  return null;
}
