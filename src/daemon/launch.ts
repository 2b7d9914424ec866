/** Owns the way from a start that is in the store to a process: its files, then the backend. */

import { existsSync, statSync } from "node:fs";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Start, StartPlan } from "../language/dialect.ts";
import { errnoOf } from "../model/errors.ts";
import { launchKey } from "../model/job.ts";
import type { Launch, StartFailure } from "../model/launch.ts";
import type { StoredElement } from "../store/element-rows.ts";
import { startThere } from "./plain-hosts.ts";
import type { DirectoryMode, SpareDirectories } from "./spare-directories.ts";
import type { World } from "./world.ts";

/** Makes the files of a start and hands it to the backend, after whatever was asked for before. */
export function launch(world: World, element: StoredElement, failed: (failure: StartFailure) => void): void {
  const key = launchKey(element);
  world.launching.add(key);
  world.errands.add(async () => {
    try {
      const start = world.plans.startOf(element);
      const plan = world.plans.planOf(start);
      if (start.job.need.target !== undefined) return startThere(world, start, plan);
      world.backend().launch(await prepared(world, start, plan));
    } catch (error) {
      world.log(`start ${key} failed: ${error instanceof Error ? error.stack : String(error)}`);
      failed(failureOf(key, error));
    } finally {
      world.launching.delete(key);
    }
  });
}

/** Makes the files of a start on this machine; the launch is then ready to be given. */
export async function prepared(world: World, start: Start, plan: StartPlan): Promise<Launch> {
  await makeFiles(world, start, plan);
  const place = existsSync(plan.launch.cwd) ? {} : elsewhere(plan);
  const line = lineOf(start.element);
  return { ...plan.launch, ...place, affinity: world.affinity(plan.launch.affinity), ...(line ? { line } : {}) };
}

/** Elements of an array may take each other's places, as long as they are alike. */
function lineOf({ job, index, own }: Start["element"]): string {
  return index === null || own !== undefined ? "" : String(job);
}

/** The job runs in the fallback directory, and says so first. */
function elsewhere({ launch, fallbackNotice }: StartPlan): Partial<Launch> {
  if (fallbackNotice === "" || launch.fallbackCwd === "") return {};
  const said = { afterMs: 0, signal: 0, scope: "leader", tag: "", notice: fallbackNotice } as const;
  return { cwd: launch.fallbackCwd, timeline: [said, ...launch.timeline] };
}

async function makeFiles({ plans, spares, notes }: World, start: Start, plan: StartPlan): Promise<void> {
  await writeScript(spares, start, plans.directoryOf(start.element.job));
  for (const directory of plan.makeDirectories) {
    const isOwn = plan.removeDirectories.includes(directory);
    if (isOwn ? spares.make(directory, modeOf(plan, directory)) : existsSync(directory)) continue;
    const first = await mkdir(directory, { recursive: true });
    if (first === undefined || !isForOutput(directory, plan)) continue;
    await openUp(first, directory, plan.launch.umask);
    notes.add(start.job.id, `${directory} did not exist and was made for its output`, "output directories");
  }
  for (const { path, text, mode } of plan.writeFiles) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode });
  }
}

function modeOf({ openDirectories = [] }: StartPlan, directory: string): DirectoryMode {
  return openDirectories.includes(directory) ? 0o755 : 0o700;
}

/** Directories from the first that was made down to the last are as the job would have made them: the daemon's umask is narrower. */
async function openUp(first: string, last: string, umask: number): Promise<void> {
  for (let made = last; made.length >= first.length; made = dirname(made)) await chmod(made, 0o777 & ~umask);
}

function isForOutput(directory: string, { launch }: StartPlan): boolean {
  return [launch.stdout, launch.stderr].some((path) => path !== "" && dirname(path) === directory);
}

/**
 * Once per job: later elements find it there. Written aside first, so that half a script never runs; of what was written
 * right before a loss of power there is a name, and nothing in it.
 */
async function writeScript(
  spares: SpareDirectories,
  { job, scriptPath, element }: Start,
  jobDirectory: string,
): Promise<void> {
  if (job.script === null || sizeOf(scriptPath) === Buffer.byteLength(job.script)) return;
  if (!spares.make(jobDirectory, 0o700)) await mkdir(jobDirectory, { recursive: true, mode: 0o700 });
  const half = join(jobDirectory, `script.${launchKey(element)}`);
  await writeFile(half, job.script, { mode: 0o700 });
  await rename(half, scriptPath);
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

function failureOf(key: string, error: unknown): StartFailure {
  const path = error instanceof Error && "path" in error ? String(error.path) : "";
  return { key, stage: "files", errno: errnoOf(error) || "EIO", path };
}
