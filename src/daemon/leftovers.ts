/** Owns what starts leave on the disk: their directories, and a last line for those who wait for it. */

import { appendFile, rm, rmdir } from "node:fs/promises";
import type { Start } from "../language/dialect.ts";
import { errnoOf } from "../model/errors.ts";
import { encodeText } from "../relay/bytes.ts";
import type { World } from "./world.ts";

/** The last line for the job's stderr, and its directories gone; the job's own when nothing of it is left to start. */
export function tidy(world: World, start: Start, notice: string): void {
  const { directories, stderr } = world.plans.leftoversOf(start);
  const job = start.element.job;
  const over = world.queue.get(job) === null && start.scriptPath !== "";
  const now = world.clock.now();
  if (notice && stderr) world.errands.add(() => appendFile(encodeText(stderr), encodeText(noticeLine(notice, now))));
  if (directories.length > 0) world.chores.add(() => clear(world, start, directories));
  // In turn with launches: whoever starts the job again makes its directory anew.
  if (over)
    world.errands.add(async () => {
      if (start.job.need.target !== undefined) world.hosts.forget(job);
      if (world.queue.get(job) !== null) return;
      const directory = world.plans.directoryOf(job);
      await rm(start.scriptPath, { force: true });
      if (!world.spares.keep(directory)) await rm(directory, { recursive: true, force: true });
    });
}

/** Nearly every directory is empty at its end, and of use to the next start; of others something may be to be told. */
export async function clear(world: World, start: Start, directories: readonly string[]): Promise<void> {
  const left: string[] = [];
  for (const directory of directories)
    if (!world.spares.keep(directory) && !(await removedEmpty(directory))) left.push(directory);
  for (const remark of world.outfit.remarks(start, left.length > 0)) world.notes.add(start.element.job, remark);
  for (const directory of left) await rm(directory, { recursive: true, force: true });
}

async function removedEmpty(directory: string): Promise<boolean> {
  try {
    await rmdir(directory);
    return true;
  } catch (error) {
    return errnoOf(error) === "ENOENT";
  }
}

/** As the runner writes notices: `%T` is the local time. */
function noticeLine(notice: string, now: number): string {
  const local = new Date(now - new Date(now).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  return `${notice.replaceAll("%T", local).trimEnd()}\n`;
}
