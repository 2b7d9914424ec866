/** Owns what a dialect is told of a start: the job, the element, and where its files lie. */

import { join } from "node:path";
import type { Dialect, Start, StartPlan } from "../language/dialect.ts";
import { type ClusterDescription, clusterOf } from "../model/cluster.ts";
import { asStarted, type DialectName, type Element, type Job, launchKey } from "../model/job.ts";
import type { Store } from "../store/store.ts";
import { families } from "./kin.ts";
import type { Outfit } from "./outfit.ts";

/** Where starts happen. */
export interface Place {
  readonly store: Store;
  readonly description: () => ClusterDescription;
  readonly dialects: readonly Dialect[];
  /** Directory of the jobs' own files. */
  readonly jobsDirectory: string;
  /** Directory of a dialect's commands, for jobs; empty for none. */
  readonly shims: (dialect: DialectName) => string;
  readonly shimsInstalled: (dialect: DialectName) => boolean;
  readonly machine: Start["machine"];
  readonly outfit: Outfit;
}

/** What a start leaves behind. */
export interface Leftovers {
  /** To be removed with all that is in them. */
  readonly directories: readonly string[];
  /** The job's stderr, for a last line. */
  readonly stderr: string;
}

export interface Plans {
  startOf(element: Element): Start;
  dialectOf(start: Start): Dialect;
  planOf(start: Start): StartPlan;
  /** What is left to do after the end; it is asked for once. */
  leftoversOf(start: Start): Leftovers;
  /** The directory of all files of a job. */
  directoryOf(job: number): string;
  /** The job was changed in the store. */
  forget(job: number): void;
}

/** So many jobs are kept with script and environment, as the elements of an array start one after the other. */
const keptJobs = 16;

export function createPlans(place: Place): Plans {
  const jobs = new Map<number, Job>();
  const jobOf = (id: number): Job => {
    const known = jobs.get(id);
    if (known) return known;
    const job = place.store.jobs.whole(id);
    if (!job) throw new Error(`job ${id} is not in the store`);
    if (jobs.size >= keptJobs) jobs.clear();
    jobs.set(id, job);
    return job;
  };
  const leftovers = new Map<string, Leftovers>();
  const fittedPlan = (start: Start): StartPlan => place.outfit.fit(start, dialectOf(start).plan(start));
  const planOf = (start: Start): StartPlan => {
    const plan = fittedPlan(start);
    leftovers.set(launchKey(start.element), leftBy(start, plan));
    return plan;
  };
  const directoryOf = (job: number): string => join(place.jobsDirectory, String(job));
  const dialectNamed = (job: Job): Dialect => {
    const dialect = place.dialects.find(({ name }) => name === job.dialect);
    if (!dialect) throw new Error(`job ${job.id} is of the unknown family ${job.dialect}`);
    return dialect;
  };
  const dialectOf = ({ job }: Start): Dialect => dialectNamed(job);
  const kinOf = families((job, element) => ({
    ...{ job, element: { node: element.node, ...(element.shares ? { shares: element.shares } : {}) } },
    cluster: clusterOf(place.description(), job.need.target),
    scriptPath: job.script === null ? "" : join(directoryOf(job.id), dialectNamed(job).scriptName(job.id)),
    shims: place.shims(job.dialect),
    shimsInstalled: place.shimsInstalled(job.dialect),
    machine: job.need.target === undefined ? place.machine : { ...place.machine, hostName: element.node },
  }));
  return {
    startOf(element) {
      // An element that was changed alone has a job of its own, and with it no kin.
      const kin = kinOf(asStarted(jobOf(element.job), element), element, place.description());
      return { ...kin, element, directory: join(directoryOf(element.job), launchKey(element)) };
    },
    dialectOf,
    planOf,
    leftoversOf(start) {
      const key = launchKey(start.element);
      // A start of an earlier daemon is planned anew: a plan is the same every time.
      const found = leftovers.get(key) ?? leftBy(start, fittedPlan(start));
      leftovers.delete(key);
      return found;
    },
    directoryOf,
    forget: (job) => void jobs.delete(job),
  };
}

function leftBy(start: Start, plan: StartPlan): Leftovers {
  const made = [...plan.makeDirectories, ...plan.writeFiles.map(({ path }) => path)];
  const used = made.some((path) => path === start.directory || path.startsWith(`${start.directory}/`));
  const directories = used ? [...new Set([...plan.removeDirectories, start.directory])] : plan.removeDirectories;
  return { directories, stderr: plan.launch.stderr || plan.launch.stdout };
}
