/** Owns the parameters of the cluster's configuration that are enforced here, a row each, and what is said of who breaks them. */

import type { ClusterDescription, SiteRules } from "../../model/cluster.ts";
import type { User } from "../../model/job.ts";
import type { Entries } from "./configuration-objects.ts";
import { readCount, Unreadable } from "./object-reading.ts";

/** One parameter. */
interface RuleRow {
  readonly key: string;
  readonly show: (site: SiteRules) => string | number;
  /** Throws Unreadable. */
  readonly read: (value: string) => SiteRules;
}

/** Tasks an array may have where nobody says otherwise. */
const usualTasks = 75_000;

const atMost = (value: string): number | null => readCount(value) || null;

const rows: readonly RuleRow[] = [
  { key: "min_uid", show: ({ leastUid }) => leastUid ?? 0, read: (value) => ({ leastUid: readCount(value) }) },
  { key: "min_gid", show: ({ leastGid }) => leastGid ?? 0, read: (value) => ({ leastGid: readCount(value) }) },
  {
    key: "enforce_project",
    show: ({ projectNeeded }) => (projectNeeded ? "true" : "false"),
    read: (value) => ({ projectNeeded: truth(value) }),
  },
  { key: "max_aj_tasks", show: (site) => mostTasks({ site }) ?? 0, read: (value) => ({ tasks: atMost(value) }) },
  { key: "max_u_jobs", show: ({ jobsPerUser }) => jobsPerUser ?? 0, read: (value) => ({ jobsPerUser: atMost(value) }) },
  { key: "max_jobs", show: ({ jobs }) => jobs ?? 0, read: (value) => ({ jobs: atMost(value) }) },
];

function truth(value: string): boolean {
  if (/^(true|1)$/i.test(value)) return true;
  if (/^(false|0)$/i.test(value)) return false;
  throw new Unreadable([`value "${value}" is neither true nor false`]);
}

/** Tasks an array may have; null is any number. */
export function mostTasks({ site = {} }: Pick<ClusterDescription, "site">): number | null {
  return site.tasks === undefined ? usualTasks : site.tasks;
}

/** The parameters as they are, among all that a configuration shows. */
export function withRules(entries: Entries, site: SiteRules): Entries {
  return entries.map(([key, value]) => [key, rows.find((row) => row.key === key)?.show(site) ?? value]);
}

/** What follows where a parameter is said anew; null for one that is not enforced here. Throws Unreadable. */
export function ruleOf(key: string, value: string): SiteRules | null {
  return rows.find((row) => row.key === key)?.read(value) ?? null;
}

/** How many jobs are not over. */
export interface Crowd {
  readonly all: number;
  readonly own: number;
}

/** Whether jobs have to be counted before one is taken. */
export function countsJobs({ site = {} }: ClusterDescription): boolean {
  return (site.jobs ?? null) !== null || (site.jobsPerUser ?? null) !== null;
}

/** What is said where there are too many jobs; null where there are not. */
export function crowdedText({ site = {} }: ClusterDescription, crowd: Crowd): string | null {
  const { jobs = null, jobsPerUser = null } = site;
  if (jobs !== null && crowd.all >= jobs) return `job rejected: only ${jobs} jobs are allowed per cluster`;
  if (jobsPerUser !== null && crowd.own >= jobsPerUser)
    return `job rejected: only ${jobsPerUser} jobs are allowed per user (current job count: ${crowd.own})`;
  return null;
}

/** What is said to whom the site takes no jobs of; null to everybody else. */
export function outsiderText({ site = {}, host }: ClusterDescription, { uid, gid }: User): string | null {
  if (site.closedTo?.submission) return `denied: host "${host}" is not a submit host`;
  if (uid < (site.leastUid ?? 0)) return lowText("user", uid, site.leastUid ?? 0);
  return gid < (site.leastGid ?? 0) ? lowText("group", gid, site.leastGid ?? 0) : null;
}

function lowText(what: string, id: number, least: number): string {
  return `job rejected: your ${what} id ${id} is lower than minimum ${what} id ${least} of cluster configuration`;
}
