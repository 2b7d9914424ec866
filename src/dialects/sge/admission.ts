/** Owns what the master refuses: requests that make sense to qsub and none to the cluster. */

import type { ClusterDescription } from "../../model/cluster.ts";
import type { User } from "../../model/job.ts";
import { admits } from "../../model/queues.ts";
import type { JobSpec, Request } from "../../model/spec.ts";
import { bytesOf, complexNamed, secondsOf, type ValueKind } from "./complexes.ts";
import { nameComplaint } from "./object-names.ts";
import { isPattern, matches, matchesQueue } from "./patterns.ts";
import { describedComplex } from "./site-resources.ts";
import { mostTasks, outsiderText } from "./site-rules.ts";
import { hostsOf } from "./streams.ts";

/** What is looked at. */
export interface Applicant {
  readonly spec: JobSpec;
  readonly name: string;
  readonly user: User;
  readonly cluster: ClusterDescription;
  /** What the master says of options that it never takes here. */
  readonly denied: readonly string[];
  readonly masterQueues: boolean;
}

/** The master's complaints: the first about the job itself and the first about what it asks for, one a line. */
export function refusalOf(applicant: Applicant): string | null {
  const found = [first(aboutJob, applicant), first(aboutRequests, applicant)].filter((text) => text !== null);
  return found.length ? found.join("\n") : null;
}

/** What is said of `-tc` without `-t`. No id is used up for that. */
export function throttleComplaint({ array, arrayThrottle }: JobSpec): string | null {
  return arrayThrottle && !array ? 'invalid "task concurrency" value in job request' : null;
}

/** What is said, and what is taken all the same, of a job whose owner may use no queue; null where there is one. */
export function barredText({ name }: User, cluster: ClusterDescription): string | null {
  const isBarred = cluster.queues.length > 0 && !cluster.queues.some((queue) => admits(queue, name, cluster));
  return isBarred ? `warning: ${name}'s job is not allowed to run in any queue` : null;
}

type Rule = (applicant: Applicant) => string | null | undefined;

const aboutJob: readonly Rule[] = [
  ({ spec }) => (spec.array?.some(({ first }) => first === 0) ? "job rejected: 0 is an invalid task id" : null),
  ({ user, cluster }) => outsiderText(cluster, user),
  ({ spec, cluster }) => {
    const most = mostTasks(cluster);
    return most !== null && tasksOf(spec) > most
      ? `job rejected: you tried to submit a job with more than ${most} tasks`
      : null;
  },
  ({ name }) => nameComplaint(name),
  ({ spec, cluster }) => {
    const unknown = hostsOf(spec).find((host) => cluster.strict && host !== cluster.host && host !== "localhost");
    return unknown === undefined ? null : `can't resolve hostname "${unknown}"`;
  },
  ({ spec }) =>
    [spec.stdout, spec.stderr].some((paths) => (paths ?? []).filter((path) => !path.includes(":")).length > 1)
      ? "ERROR! two files are specified for the same host"
      : null,
];

const aboutRequests: readonly Rule[] = [
  ({ spec, cluster }) => firstOf(spec.requests ?? [], (request) => requestComplaint(request, cluster)),
  ({ spec, cluster }) => firstOf(spec.queues ?? [], (queue) => queueComplaint(queue, cluster)),
  ({ spec, cluster }) => peComplaint(spec, cluster),
  ({ spec, masterQueues }) =>
    masterQueues && !spec.parallelEnvironment
      ? "job rejected: specification of master queue is not allowed for non-parallel jobs"
      : null,
  ({ denied }) => denied[0],
  ({ spec, cluster }) =>
    cluster.strict && spec.project ? `job rejected: the requested project "${spec.project}" does not exist` : null,
  ({ spec, cluster }) =>
    cluster.site?.projectNeeded && !spec.project ? "job rejected: no project assigned to job" : null,
  ({ spec, user }) =>
    (spec.priority ?? 0) > 0 && user.uid !== 0
      ? "job rejected: positive submission priority requires operator privileges"
      : null,
];

function first(rules: readonly Rule[], applicant: Applicant): string | null {
  return firstOf(rules, (rule) => rule(applicant));
}

function firstOf<T>(items: readonly T[], complain: (item: T) => string | null | undefined): string | null {
  for (const item of items) {
    const complaint = complain(item);
    if (complaint) return complaint;
  }
  return null;
}

function tasksOf(spec: JobSpec): number {
  return (spec.array ?? []).reduce((sum, { first, last, step }) => sum + Math.floor((last - first) / step) + 1, 0);
}

function requestComplaint({ name, value, soft }: Request, cluster: ClusterDescription): string | null {
  const site = describedComplex(cluster, name);
  const row = site ? { ...site, requestable: site.requestable !== false } : complexNamed(name);
  // A name nobody knows is a site's own: its values can be anything.
  if (!row) return cluster.strict ? `unknown resource "${name}"` : null;
  if (row.name === "slots") return '"job" denied: use parallel environments instead of requesting slots explicitly';
  if (!row.requestable) return `resource "${row.name}" configured as non requestable`;
  if (value === "") return `denied: missing value for resource "${row.name}"`;
  if (soft && row.consumable) return `denied: soft requests on consumables like "${row.name}" are not supported`;
  if (row.kind === "host" && cluster.strict && value !== cluster.host && !isPattern(value))
    return `can't resolve hostname "${value}"`;
  if (value !== "TRUE" && !readable[row.kind](value)) return `attribute "${row.name}" is not a ${row.kind} value`;
  if (row.consumable && value.startsWith("-")) return `attribute "${row.name}" is consumable but has a negative value`;
  return null;
}

const readable: Readonly<Record<ValueKind, (value: string) => boolean>> = {
  string: () => true,
  host: () => true,
  boolean: () => true,
  time: (value) => secondsOf(value) !== null,
  memory: (value) => bytesOf(value) !== null,
  integer: (value) => /^[+-]?[0-9]+$/.test(value),
  double: (value) => value.trim() !== "" && !Number.isNaN(Number(value)),
};

function queueComplaint(request: string, cluster: ClusterDescription): string | null {
  const { queues, strict } = cluster;
  if (queues.length === 0 && !strict) return null;
  const [, name, group] = /^!?([^@]*)(@@.*)?/.exec(request) ?? [];
  const isOpen = isPattern(request) && name !== "" && group === undefined;
  if (isOpen || queues.some((queue) => matchesQueue(request, queue.name, cluster))) return null;
  return `Job was rejected because job requests unknown queue "${request}"`;
}

function peComplaint({ parallelEnvironment: asked }: JobSpec, cluster: ClusterDescription): string | null {
  if (!asked) return null;
  const { parallelEnvironments: known, strict } = cluster;
  if ((known.length > 0 || strict) && !known.some(({ name }) => matches(asked.name, name)))
    return `job rejected: the requested parallel environment "${asked.name}" does not exist`;
  return asked.slots.some((range) => range.first === 0) ? '"job" rejected: pe range must be greater than zero' : null;
}
